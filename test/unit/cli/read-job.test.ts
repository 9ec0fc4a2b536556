import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { program } from '../../support/program-line.ts';

test('a job file that is missing: the folder, and the file with a similar name', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ucbulk-jobs-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, 'clean.yaml'), '');
  const { code, stderr } = await program(`validate ${join(folder, 'claen.yaml')}`);
  expect(code).toBe(2);
  expect(stderr).toContain(
    `There is no file claen.yaml in ${folder}. Did you mean ${join(folder, 'clean.yaml')}?`,
  );
});
