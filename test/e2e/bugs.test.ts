import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { jobFile, openShell } from '../support/run-cli.ts';

const WITH_BUG = fileURLToPath(new URL('../support/cli-with-bug.ts', import.meta.url));

test.each(['caught', 'uncaught'])(
  'a bug (%s) ends in 70, with the text of an issue',
  async (kind) => {
    const shell = await openShell();
    const end = await shell.ucbulk(['run', jobFile('store-everything'), '--json'], {
      entry: WITH_BUG,
      env: { UCBULK_TEST_BUG: kind },
    });
    expect(end.code).toBe(70);
    expect(end.stderr).toContain(
      'This is a bug in ucbulk. What the run has done is safe in its ledger.',
    );
    expect(end.stderr).toMatch(/ucbulk \d+\.\d+\.\d+, Node v\d+/);
    expect(end.stderr).toContain('cli-with-bug.ts');
    expect(end.stderr).toMatch(/exit 70: a bug in ucbulk\n$/);
    expect(end.documents).toMatchObject([{ version: 1, type: 'error', exitCode: 70 }]);
    expect(end.stdout + end.stderr).not.toContain('demosecretkey');
    expect(shell.emulator.audit.length).toBe(0);
  },
);
