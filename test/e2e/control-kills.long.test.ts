import { expect, test, vi } from 'vitest';
import { openShell, type Shell, untilPrinted } from '../support/run-cli.ts';

const FILES = 60;
const JOB = `version: 1
name: copy-all
source: { files: { pageSize: 100 } }
steps: [{ uses: copy-local }]
`;
const COMMANDS = [
  ['pause', 'copy-all'],
  ['continue', 'copy-all'],
  ['set', 'copy-all', '--rate', '15'],
  ['stop', 'copy-all'],
].map((args) => ({ name: args[0], args }));

/** A shell in which a run has copied some of its files. */
async function workingRun() {
  const shell = await openShell({ files: FILES, storedShare: 1 });
  shell.write('job.yaml', JOB);
  const run = shell.start(['run', 'job.yaml', '--rate', '20', '--log-level', 'info']);
  await untilPrinted(run, /Run \S+ started/);
  await vi.waitFor(() => expect(copies(shell)).toBeGreaterThan(5), { timeout: 60_000 });
  return { shell, run };
}

const copies = ({ emulator }: Shell) => emulator.audit.summary().local_copy?.effects ?? 0;

/** Resumes the run, which no earlier control may hold up, and checks that each file was copied once. */
async function checkEnd(shell: Shell): Promise<void> {
  const end = await shell.ucbulk(['resume', 'latest', '--json']);
  expect(end.documents, end.stderr).toMatchObject([{ state: 'finished', counts: { done: FILES } }]);
  const { local_copy: made } = shell.emulator.audit.summary();
  expect(made).toMatchObject({ effects: FILES, distinctFilesChanged: FILES });
}

test.each(COMMANDS)(
  'a run that is killed with -9 just after `$name` loses and repeats nothing',
  async ({ args }) => {
    const { shell, run } = await workingRun();
    const end = await shell.ucbulk(args);
    expect(end.code, end.stderr).toBe(0);
    const before = copies(shell);
    if (args[0] === 'pause') {
      await shell.ucbulk(['status', 'copy-all']);
      expect(copies(shell)).toBe(before);
    }
    run.process.kill('SIGKILL');
    await run.ended;
    await checkEnd(shell);
  },
);

test.each(COMMANDS)(
  'a run that is killed with -9 during `$name` loses and repeats nothing',
  async ({ args }) => {
    const { shell, run } = await workingRun();
    const command = shell.start(args);
    run.process.kill('SIGKILL');
    await run.ended;
    // Depending on the moment, the command saw the run end, or found no process.
    expect([0, 2]).toContain((await command.ended).code);
    await checkEnd(shell);
  },
);

test.each(COMMANDS)(
  'a killed `$name` leaves a run that still obeys the next command',
  async ({ args }) => {
    const { shell, run } = await workingRun();
    const command = shell.start(args);
    await vi.waitFor(() => expect(command.process.pid).toBeGreaterThan(0));
    command.process.kill('SIGKILL');
    await command.ended;
    const stopped = await shell.ucbulk(['stop', 'latest']);
    expect(stopped.code, stopped.stderr).toBe(0);
    await run.ended;
    await checkEnd(shell);
  },
);
