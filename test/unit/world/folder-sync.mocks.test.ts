import { mkdtempSync, rmSync } from 'node:fs';
import * as fs from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createSystemFiles } from '../../../src/world/system-files.ts';

const synced: string[] = [];

vi.mock(import('node:fs/promises'), async (original) => {
  const real = await original();
  const open: typeof real.open = async (path, ...rest) => {
    const handle = await real.open(path, ...rest);
    const sync = handle.sync.bind(handle);
    handle.sync = () => sync().then(() => void synced.push(String(path)));
    return handle;
  };
  return { ...real, open };
});

test('every folder that has a new name in it is synced: a power cut takes none away', async () => {
  const root = mkdtempSync(join(tmpdir(), 'ucbulk-sync-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  const { makeDirectory } = createSystemFiles();
  await makeDirectory(join(root, 'a', 'b'));
  expect(synced).toEqual([root, join(root, 'a')]);
  // Whoever made it may have died before its sync.
  await makeDirectory(join(root, 'a'));
  expect(synced).toEqual([root, join(root, 'a'), root]);
  expect((await fs.stat(join(root, 'a', 'b'))).isDirectory()).toBe(true);
});
