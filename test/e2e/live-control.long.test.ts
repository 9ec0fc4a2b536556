import { expect, test, vi } from 'vitest';
import { openShell, type Shell, untilPrinted } from '../support/run-cli.ts';

const JOB = `version: 1
name: read-all
source: { files: { pageSize: 100 } }
steps: [{ uses: info }]
`;

/** A shell in which a run of 600 files works, which takes long at its rate. */
async function shellWithRun(): Promise<{ shell: Shell; program: ReturnType<Shell['start']> }> {
  const shell = await openShell({ files: 600 });
  shell.write('job.yaml', JOB);
  const program = shell.start(['run', 'job.yaml', '--rate', '20', '--log-level', 'info']);
  await untilPrinted(program, /Run \S+ started/);
  return { shell, program };
}

const sent = ({ emulator }: Shell): number =>
  emulator.requestCounts().reduce((sum, { count }) => sum + count, 0);

test('pause, status, continue, set, watch and stop from another shell', async () => {
  const { shell, program } = await shellWithRun();
  const paused = await shell.ucbulk(['pause', 'latest']);
  expect(paused.stdout).toMatch(/^Run \S+ is paused\..* To continue: `ucbulk continue \S+`\.\n$/s);
  expect(paused.code).toBe(0);
  const before = sent(shell);
  const { documents } = await shell.ucbulk(['status', 'read-all', '--json']);
  expect(documents).toMatchObject([
    {
      state: 'active',
      isRunning: true,
      process: { pid: program.process.pid },
      waits: [{ kind: 'paused', until: null }],
      control: { state: 'paused' },
    },
  ]);
  const limited = await shell.ucbulk(['set', 'latest', '--rate', '15', '--json']);
  expect(limited.documents).toMatchObject([
    { type: 'control', command: 'set', outcome: 'applied', rate: 15, maxRate: 15, state: 'paused' },
  ]);
  expect(sent(shell)).toBe(before);
  const continued = await shell.ucbulk(['continue', 'read-all', '--json']);
  expect(continued.documents).toMatchObject([{ command: 'continue', outcome: 'applied' }]);
  await vi.waitFor(() => expect(sent(shell)).toBeGreaterThan(before), { timeout: 60_000 });
  const watching = shell.start(['status', 'latest', '--watch']);
  await untilPrinted(watching, /^\S+Z active: \d+ of/);
  const stopped = await shell.ucbulk(['stop', 'latest']);
  expect(stopped.stdout).toMatch(
    /^Run \S+ has stopped: \d+ of \d+ items have ended\. To continue: `ucbulk resume /,
  );
  const end = await program.ended;
  expect(end.code).toBe(130);
  expect(end.stderr).toContain('Stopped by `ucbulk stop`');
  const watched = await watching.ended;
  expect(watched.stdout).toMatch(/\n\S+Z interrupted: \d+ of .*\n$/);
  expect(watched.code).toBe(5);
  expect((await shell.ucbulk(['stop', 'latest'])).code).toBe(0);
});

test('without a process, pause, continue and set change nothing and name the command that helps', async () => {
  const { shell, program } = await shellWithRun();
  program.process.kill('SIGKILL');
  await program.ended;
  for (const args of [
    ['pause', 'latest'],
    ['continue', 'latest'],
    ['set', 'latest', '--rate', '5'],
  ]) {
    const end = await shell.ucbulk(args);
    expect(end.stderr).toMatch(
      /No process works on run \S+: it is interrupted\..*`ucbulk resume /s,
    );
    expect(end.code).toBe(2);
  }
  const set = await shell.ucbulk(['set', 'latest', '--rate', '5', '--concurrency', '2']);
  expect(set.stderr).toMatch(/`ucbulk resume \S+ --rate 5 --concurrency 2`/);
  expect((await shell.ucbulk(['resume', 'latest', '--quiet'])).code).toBe(0);
  const ended = await shell.ucbulk(['set', 'latest', '--rate', '5']);
  expect(ended.stderr).toMatch(/Run \S+ has ended: it is finished\. Nothing was changed\./);
  expect(ended.code).toBe(2);
  expect((await shell.ucbulk(['status', '--watch'])).code).toBe(0);
});

test.each([
  ['set latest', 'set needs --rate or --concurrency'],
  ['set latest --rate 0', '--rate takes a number above 0 or `off`, got `0`'],
  [
    'set latest --concurrency none',
    '--concurrency takes a whole number from 1 on or `off`, got `none`',
  ],
  ['set', 'RUN is missing: `ucbulk set RUN`'],
  ['pause', 'RUN is missing: `ucbulk pause RUN`'],
])('ucbulk %s: exit 2', async (line, words) => {
  const shell = await openShell();
  const end = await shell.ucbulk(line.split(' '));
  expect(end.stderr).toContain(words);
  expect(end.code).toBe(2);
});
