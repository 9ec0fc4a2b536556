import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { makeReadOnly, unmount } from '../support/mounts.ts';
import { openShell } from '../support/run-cli.ts';

const COPY = {
  version: 1,
  name: 'j',
  source: { files: {} },
  steps: [{ uses: 'copy-to-remote', with: { target: 'backup' } }],
};

/** Every file below a folder with its bytes. */
function contentsOf(folder: string): Record<string, string> {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const files = paths.filter((path) => statSync(join(folder, path)).isFile()).sort();
  const hash = (path: string) => createHash('sha256').update(readFileSync(join(folder, path)));
  return Object.fromEntries(files.map((path) => [path, hash(path).digest('hex')]));
}

test('a read-only disk under a run that ended and one that was killed: they can be read, not gone on with, and no byte changes', async (context) => {
  const shell = await openShell({ files: 60 });
  shell.write('j.json', JSON.stringify(COPY));
  shell.write('store.json', JSON.stringify({ ...COPY, steps: [{ uses: 'store' }] }));
  expect((await shell.ucbulk(['run', 'store.json', '-q'])).code).toBe(0);
  const copied = () => shell.emulator.audit.summary().remote_copy?.changed ?? 0;
  const run = shell.start(['run', 'j.json', '-q']);
  await vi.waitUntil(() => copied() > 10, 240_000);
  run.process.kill('SIGKILL');
  await run.ended;
  const before = contentsOf(shell.state);
  const copiedBefore = copied();
  makeReadOnly(shell.state, context);

  const reads = await Promise.all(['runs', 'status', 'doctor'].map((name) => shell.ucbulk([name])));
  expect(reads.map(({ code }) => code)).toEqual([0, 0, 3]);
  // What has a log beside it is read as it is, what was closed from a copy.
  expect(reads[0]?.stdout).toMatch(/interrupted[\s\S]*finished/);
  expect(reads[1]?.stdout).toContain('interrupted: its process died');
  expect(reads[2]?.stdout).toMatch(/BAD +state .*can't be written[\s\S]*ok +ledger/);
  for (const args of [['run', 'j.json'], ['resume']]) {
    const { code, stderr } = await shell.ucbulk(args);
    expect([code, stderr]).toEqual([3, expect.stringMatching(/read-only[\s\S]*--state DIR/)]);
  }
  expect(contentsOf(shell.state)).toEqual(before);
  expect(copied()).toBe(copiedBefore);

  unmount(shell.state);
  expect((await shell.ucbulk(['resume', '-q'])).code).toBe(0);
  const end = { changed: 60, filesChangedMoreThanOnce: 0 };
  expect(shell.emulator.audit.summary().remote_copy).toMatchObject(end);
});
