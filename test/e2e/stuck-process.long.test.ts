import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { startProgram } from '../support/spawn-program.ts';
import { TEMP_ROOT } from '../support/temp-root.ts';

const ENTRY = fileURLToPath(new URL('../support/stuck-process.ts', import.meta.url));

test('a command that waits for something that never comes does not end as if it had worked', async () => {
  const { ended } = startProgram(['runs'], {
    cwd: TEMP_ROOT,
    env: {},
    entry: ENTRY,
  });
  const { code, stderr } = await ended;
  expect(code).toBe(70);
  expect(stderr).toContain('The command has not ended, and waits for nothing');
});
