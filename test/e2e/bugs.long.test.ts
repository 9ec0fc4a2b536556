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
    expect(end.stderr).toContain('This is a bug in ucbulk. Finished work is safe in the ledger.');
    expect(end.stderr).toMatch(/ucbulk \d+\.\d+\.\d+, Node v\d+/);
    expect(end.stderr).toContain('cli-with-bug.ts');
    expect(end.stderr).toMatch(/exit 70: a bug in ucbulk\n$/);
    expect(end.documents).toMatchObject([{ version: 1, type: 'error', exitCode: 70 }]);
    expect(end.stdout + end.stderr).not.toContain('demosecretkey');
    expect(shell.emulator.audit.length).toBe(0);
  },
);

test.each([
  ['store', 'people'],
  ['copy-local', '--json'],
])(
  'a bug in a run (%s, for %s): it stops, is told with its stack, and no item pays for it',
  async (uses, form) => {
    const shell = await openShell({ files: 250, storedShare: 0 });
    const job = { version: 1, name: 'j', source: { files: {} }, steps: [{ uses }] };
    shell.write('j.json', JSON.stringify(job));
    const bug = { entry: WITH_BUG, env: { UCBULK_TEST_BUG: 'in-run' } };
    const flags = form === '--json' ? ['--json'] : [];
    const end = await shell.ucbulk(['run', 'j.json', '-q', ...flags], bug);

    expect([end.code, end.stderr]).toEqual([
      70,
      expect.stringContaining('This is a bug in ucbulk.'),
    ]);
    expect(end.stderr).toMatch(
      /TypeError: undefined is not a function[\s\S]*at .*cli-with-bug\.ts/,
    );
    expect(end.stderr).toMatch(/exit 70: a bug in ucbulk\n$/);
    expect(end.stdout + end.stderr).not.toContain('demosecretkey');
    if (form === '--json') {
      expect(end.documents).toMatchObject([
        { type: 'summary', exitCode: 70, counts: { failed: 0 } },
      ]);
    }
    const sent = shell.emulator.requestCounts().filter(({ method }) => method !== 'GET');
    expect(sent.reduce((sum, { count }) => sum + count, 0)).toBeLessThanOrEqual(8);
    expect((await shell.ucbulk(['status'])).stdout).not.toMatch(/failed|in doubt/);
  },
);
