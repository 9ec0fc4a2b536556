import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { jobFile, openShell, type Shell } from '../support/run-cli.ts';
import { environmentFor } from '../support/spawn-program.ts';

const TYPIST = fileURLToPath(new URL('../support/type-in-terminal.py', import.meta.url));
const CLOSER = fileURLToPath(new URL('../support/close-terminal.py', import.meta.url));
const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const CLEANUP = jobFile('nightly-unstored-cleanup');

interface Typing {
  /** Texts to wait for, each with what is typed then. */
  readonly steps: readonly (readonly [waitFor: string, typed: string])[];
  readonly env?: Readonly<Record<string, string>>;
}

/** The program in a terminal, with a person at it. */
function typed(shell: Shell, args: readonly string[], { steps, env }: Typing) {
  return inTerminal(shell, [TYPIST, JSON.stringify(steps), process.execPath, MAIN, ...args], env);
}

/** One of the scripts that have a terminal. */
function inTerminal(
  shell: Shell,
  command: readonly string[],
  env?: Readonly<Record<string, string>>,
) {
  const child = spawn('python3', command, {
    cwd: shell.cwd,
    env: {
      PATH: process.env['PATH'],
      TERM: 'xterm-256color',
      ...environmentFor(shell.origin),
      UCBULK_STATE: shell.state,
      ...env,
    },
    // Python copies its stdin into the terminal: it must not end.
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let shown = '';
  child.stdout.on('data', (text) => {
    shown += text;
  });
  return new Promise<{ code: number | null; shown: string }>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, shown }));
  });
}

/** A run that nobody was there to confirm. */
async function unasked(shell: Shell): Promise<string> {
  const end = await shell.ucbulk(['run', CLEANUP, '--json']);
  expect(end.code).toBe(7);
  return String(end.documents[0]?.run);
}

const unstored = (shell: Shell) => shell.project.counts().unstored;

test('a person is asked before a run is abandoned; a script is not', async () => {
  const shell = await openShell({ newestAgeMs: 48 * 3_600_000 });
  const run = await unasked(shell);
  const state = async () => (await shell.ucbulk(['status', run, '--json'])).documents[0]?.state;
  const no = await typed(shell, ['abandon', run], { steps: [['Type yes', 'no\n']] });
  expect(no.code).toBe(7);
  expect(no.shown).toContain('was not abandoned');
  expect(await state()).toBe('aborted');
  const yes = await typed(shell, ['abandon', run], { steps: [['Type yes', 'yes\n']] });
  expect(yes.code).toBe(0);
  expect(await state()).toBe('abandoned');
  const other = await unasked(shell);
  expect((await shell.ucbulk(['abandon', other])).code).toBe(0);
});

test('a person who types the number of files deletes them', async () => {
  const shell = await openShell({ newestAgeMs: 48 * 3_600_000 });
  const answer = String(unstored(shell));
  const end = await typed(shell, ['run', CLEANUP], {
    steps: [['to continue', `${answer}\n`]],
  });
  expect(end.shown).toContain(`Type ${answer} to continue`);
  expect(end.code).toBe(0);
  expect(unstored(shell)).toBe(0);
});

test.each([
  ['y', [['to continue', 'y\n'] as const, ['"y" is no answer here', 'no\n'] as const]],
  ['1', [['to continue', '1\n'] as const, ['"1" is no answer here', 'n\n'] as const]],
  ['no', [['to continue', 'no\n'] as const]],
] as const)('%s is not the number: nothing is deleted', async (_what, steps) => {
  const shell = await openShell({ newestAgeMs: 48 * 3_600_000 });
  const end = await typed(shell, ['run', CLEANUP], { steps: [...steps] });
  expect(end.shown).toContain('exit 7: stopped by a guard');
  expect(end.code).toBe(7);
  expect(shell.emulator.audit.length).toBe(0);

  const [declined] = (await shell.ucbulk(['runs', '--json'])).documents;
  expect(declined).toMatchObject({ state: 'declined' });
  const resumed = await shell.ucbulk(['resume', String(declined?.run), '--yes']);
  expect(resumed.stderr).toMatch(
    /was declined: .* Nothing was sent\. To do it after all, start a new run/,
  );
  expect(resumed.code).toBe(7);
  expect((await shell.ucbulk(['resume', '--yes'])).code).toBe(2);
  expect(shell.emulator.audit.length).toBe(0);
});

test('Ctrl-D at the question deletes nothing, and a resume can still agree', async () => {
  const shell = await openShell({ newestAgeMs: 48 * 3_600_000 });
  const end = await typed(shell, ['run', CLEANUP], { steps: [['to continue', '\u0004']] });
  expect(end.shown).toContain('Not confirmed: the terminal was closed before an answer.');
  expect(end.code).toBe(7);
  expect(shell.emulator.audit.length).toBe(0);
  const [stopped] = (await shell.ucbulk(['runs', '--json'])).documents;
  expect(stopped).toMatchObject({ state: 'aborted' });
  expect((await shell.ucbulk(['resume', String(stopped?.run), '--yes'])).code).toBe(0);
  expect(unstored(shell)).toBe(0);
});

const SLOW = { throttle: { perSecond: 1, burst: 1 } };

test.each([
  ['the number', (count: string) => `${count}\n`],
  ['the number without Enter', (count: string) => count],
  ['Enter', () => '\n\n'],
  ['Ctrl-D', () => '\u0004'],
])('%s typed while ucbulk lists answers no question', async (_what, early) => {
  const shell = await openShell({ ...SLOW, newestAgeMs: 48 * 3_600_000 });
  const count = String(unstored(shell));
  const end = await typed(shell, ['run', CLEANUP], {
    steps: [
      ['starting', early(count)],
      ['to continue', '\n'],
      ['to continue', 'stop\n'],
      ['"stop" is no answer here', 'no\n'],
    ],
  });
  expect(end.shown).toContain('exit 7: stopped by a guard');
  expect(end.code).toBe(7);
  expect(shell.emulator.audit.length).toBe(0);
});

test('a resume of several unfinished runs asks which one is meant', async () => {
  const shell = await openShell({ newestAgeMs: 48 * 3_600_000 });
  const [older, newer] = [await unasked(shell), await unasked(shell)];
  const end = await typed(shell, ['resume', '--yes'], {
    steps: [['Type the number or the id', '2\n']],
  });
  expect(end.shown).toContain(`  1  ${newer}  nightly-unstored-cleanup in demopublickey, aborted`);
  expect(end.shown).toContain(`  2  ${older}  `);
  expect(end.shown).toContain(`run ${older}`);
  expect(end.code).toBe(0);
  expect(unstored(shell)).toBe(0);
});

test('run asks whether to resume an unfinished run of the job', async () => {
  const shell = await openShell({ newestAgeMs: 48 * 3_600_000 });
  const run = await unasked(shell);
  const count = String(unstored(shell));
  const end = await typed(shell, ['run', CLEANUP], {
    steps: [
      ['Type resume to continue', 'resume\n'],
      ['to continue, or no', `${count}\n`],
    ],
  });
  expect(end.shown).toContain(`Run ${run} of this job is unfinished`);
  expect(end.shown).toContain(`run ${run}`);
  expect(end.code).toBe(0);
  expect((await shell.ucbulk(['runs', '--json'])).documents).toHaveLength(1);
});

test.each([
  ['new', ['run', CLEANUP], [['Type resume to continue', 'new\n'] as const], 7],
  ['--new', ['run', CLEANUP, '--new'], [], 7],
  ['--yes', ['run', CLEANUP, '--yes'], [], 0],
] as const)('%s starts a new run', async (_what, args, steps, code) => {
  const shell = await openShell({ newestAgeMs: 48 * 3_600_000 });
  await unasked(shell);
  const end = await typed(shell, args, { steps: [...steps, ['to continue, or no', 'no\n']] });
  expect(end.code).toBe(code);
  expect((await shell.ucbulk(['runs', '--json'])).documents).toHaveLength(2);
});

test('neither resume nor new starts nothing', async () => {
  const shell = await openShell({ newestAgeMs: 48 * 3_600_000 });
  await unasked(shell);
  const end = await typed(shell, ['run', CLEANUP], {
    steps: [
      ['Type resume to continue', 'what\n'],
      ['"what" is no answer here', '\u0004'],
    ],
  });
  expect(end.shown).toContain('Neither resume nor new was typed, so nothing was started');
  expect(end.code).toBe(2);
  expect((await shell.ucbulk(['runs', '--json'])).documents).toHaveLength(1);
});

test('without a terminal, run starts a new run and says so in one line', async () => {
  const shell = await openShell({ newestAgeMs: 48 * 3_600_000 });
  const run = await unasked(shell);
  const end = await shell.ucbulk(['run', CLEANUP, '--yes']);
  const lines = end.stderr.split('\n').filter((line) => line.includes(run));
  expect(lines).toEqual([
    expect.stringMatching(/^Starting a new run\. Run .* of this job is unfinished\. To continue/),
  ]);
  expect(end.code).toBe(0);
  const quiet = await shell.ucbulk(['run', CLEANUP, '--yes', '--quiet']);
  expect(quiet).toMatchObject({ code: 0, stderr: '', stdout: '' });
});

test('a terminal shows live lines, in colour, and is left clean', async () => {
  const shell = await openShell({ files: 2000, throttle: { perSecond: 5, burst: 2 } });
  const end = await typed(shell, ['run', CLEANUP, '--yes'], { steps: [] });
  expect(end.shown).toMatch(/working .* \/ .*%/);
  expect(end.shown).toContain('\u001b[36m');
  expect(end.shown).not.toContain('\u001b[?25l');
  expect(end.shown.lastIndexOf('\u001b[2A\r\u001b[J')).toBeGreaterThan(0);
});

test.each([{ NO_COLOR: '1' }, { TERM: 'dumb' }])('%j: no colour', async (env) => {
  const shell = await openShell();
  const end = await typed(shell, ['run', CLEANUP, '--yes'], { steps: [], env });
  expect(end.shown).not.toMatch(/\[\d+m/);
  expect(end.code).toBe(0);
});

test('a terminal that is closed: the run drains, ends in 143 and can be resumed', async () => {
  const shell = await openShell({ files: 2000, throttle: { perSecond: 5, burst: 2 } });
  const command = [process.execPath, MAIN, 'run', CLEANUP, '--yes'];
  const { shown } = await inTerminal(shell, [CLOSER, 'working', ...command]);
  expect(shown).toBe('143\n');
  const resumed = await shell.ucbulk(['resume', '--yes', '--json']);
  expect(resumed.documents).toMatchObject([{ state: 'finished', exitCode: 0 }]);
  const { delete: deleted } = shell.emulator.audit.summary();
  expect(deleted?.effects).toBe(deleted?.distinctFilesChanged);
});

test('a terminal that is closed while it asks is no yes', async () => {
  const shell = await openShell({ newestAgeMs: 48 * 3_600_000 });
  const { shown } = await inTerminal(shell, [
    CLOSER,
    'to continue',
    process.execPath,
    MAIN,
    'run',
    CLEANUP,
  ]);
  // The end of its input may be seen before the signal.
  expect(['7\n', '143\n']).toContain(shown);
  expect(shell.emulator.audit.length).toBe(0);
});
