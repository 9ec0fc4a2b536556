import { expect, test } from 'vitest';
import { jobFile, openShell, type Shell, untilPrinted } from '../support/run-cli.ts';

const SLOW = { files: 3000, throttle: { perSecond: 5, burst: 2 } } as const;
const CLEANUP = jobFile('nightly-unstored-cleanup');

async function runHalfWay(shell: Shell) {
  const run = shell.start(['run', CLEANUP, '--yes', '--stats', '100ms']);
  await untilPrinted(run, /working: [1-9]/);
  return run;
}

test('SIGINT drains: what is on its way is waited for, the run can be resumed', async () => {
  const shell = await openShell(SLOW);
  const run = await runHalfWay(shell);
  run.process.kill('SIGINT');
  const end = await run.ended;
  expect(end.stderr).toContain('Stopping: ucbulk sends nothing new.');
  expect(end.stderr).toMatch(
    /^ {2}ucbulk resume \d{8}-\d{6}-\w+ +# continues where the run stopped$/m,
  );
  expect(end.stderr).toContain('exit 130: stopped by the user, can be resumed');
  expect(end.code).toBe(130);
  const half = shell.emulator.audit.length;

  const resumed = await shell.ucbulk(['resume', '--yes', '--json']);
  expect(resumed.code).toBe(0);
  expect(resumed.documents).toMatchObject([{ type: 'summary', state: 'finished', exitCode: 0 }]);
  const summary = shell.emulator.audit.summary().delete;
  expect(summary?.effects).toBeGreaterThan(half);
  // A drained run left nothing open: nothing is asked for twice.
  expect(summary?.effects).toBe(summary?.distinctFilesChanged);
});

test('SIGTERM drains too, and ends in 143', async () => {
  const shell = await openShell(SLOW);
  const run = await runHalfWay(shell);
  run.process.kill('SIGTERM');
  const end = await run.ended;
  expect(end.code).toBe(143);
  expect(end.stderr).toContain('Stopped by SIGTERM');
});

test('kill -9, status, resume: nothing is lost and nothing is done twice', async () => {
  const shell = await openShell(SLOW);
  const run = await runHalfWay(shell);
  run.process.kill('SIGKILL');
  expect((await run.ended).signal).toBe('SIGKILL');

  const status = await shell.ucbulk(['status']);
  expect(status.stdout).toMatch(
    /interrupted: its process died, [0-9,]+ items? (was|were) in flight; nothing is lost/,
  );
  expect((await shell.ucbulk(['resume', '--yes'])).code).toBe(0);
  expect(shell.emulator.audit.summary().delete).toMatchObject({
    distinctFilesChanged: shell.project.counts().removed,
    filesChangedMoreThanOnce: 0,
  });
});

test('ucbulk resume --dry-run --job FILE: refuses what the real one would, and sends nothing', async () => {
  const shell = await openShell(SLOW);
  const run = await runHalfWay(shell);
  run.process.kill('SIGKILL');
  await run.ended;
  const before = shell.emulator.audit.length;
  const asIs = await shell.ucbulk(['resume', '--dry-run', '--job', CLEANUP]);
  expect(asIs.stderr).toContain(`${CLEANUP} is accepted: the run would continue with it.`);
  expect(asIs.code).toBe(0);
  const [listed] = (await shell.ucbulk(['runs', '--json'])).documents;
  const other = ['resume', String(listed?.run), '--job', jobFile('store-everything')];
  const foreign = { env: { UPLOADCARE_PUBLIC_KEY: 'other' } };
  for (const change of [{}, foreign]) {
    const dry = await shell.ucbulk([...other, '--dry-run'], change);
    const real = await shell.ucbulk([...other, '--yes'], change);
    expect(dry).toMatchObject({ stderr: real.stderr, code: real.code, stdout: '' });
    expect(dry.code).toBe(change === foreign ? 3 : 2);
  }
  expect(shell.emulator.audit.length).toBe(before);
});

test('ucbulk resume --dry-run: without a run to resume says so', async () => {
  const shell = await openShell();
  await shell.ucbulk(['run', jobFile('store-everything'), '-q']);
  const end = await shell.ucbulk(['resume', '--dry-run']);
  expect(end.stderr).toContain('There is no unfinished run to resume here.');
  expect(end.code).toBe(2);
});

test('ucbulk resume --var without --job is refused: it would change nothing', async () => {
  const shell = await openShell();
  const end = await shell.ucbulk(['resume', '--var', 'max=9000']);
  expect(end.stderr).toContain('--var needs --job FILE');
  expect(end.code).toBe(2);
});

test('ucbulk resume RUN of a finished run reports it again and sends nothing', async () => {
  const shell = await openShell();
  const run = await shell.ucbulk(['run', jobFile('store-everything'), '--json']);
  const writes = shell.emulator.audit.length;
  const again = await shell.ucbulk(['resume', String(run.documents[0]?.run)]);
  expect(again.stderr).toMatch(/^Finished store-everything, run /);
  expect(again.stderr).toMatch(/^ {2}requests {2}0 \(3 in all processes\)$/m);
  expect(again.stderr).toContain(
    'nothing was sent. To work on files that are new since then, start',
  );
  expect(again.code).toBe(0);
  expect(shell.emulator.audit.length).toBe(writes);
});

test('ucbulk resume: without a run to resume says so', async () => {
  const shell = await openShell();
  const end = await shell.ucbulk(['resume']);
  expect(end.stderr).toContain('There is no unfinished run to resume here.');
  expect(end.code).toBe(2);
});

test('a second process on the same run, or the same project, is refused with 12', async () => {
  const shell = await openShell(SLOW);
  const run = await runHalfWay(shell);
  // Asleep it keeps its locks, and cannot finish before the others have asked for them.
  run.process.kill('SIGSTOP');
  const [resumed, second] = await Promise.all([
    shell.ucbulk(['resume', '--yes']),
    shell.ucbulk(['run', jobFile('store-everything'), '--json']),
  ]);
  expect(resumed.code).toBe(12);
  expect(resumed.stderr).toMatch(/Another process works on project demopublickey: /);
  expect(second.code).toBe(12);
  expect(second.documents).toMatchObject([{ type: 'error', exitCode: 12 }]);
  run.process.kill('SIGCONT');
  expect((await run.ended).code).toBe(0);
  expect(shell.emulator.audit.summary().store).toBeUndefined();
});

test('ucbulk resume: of several unfinished runs none is resumed, and each has its command', async () => {
  const shell = await openShell({ newestAgeMs: 48 * 3_600_000 });
  const runs: string[] = [];
  for (const _ of [1, 2]) {
    const end = await shell.ucbulk(['run', CLEANUP, '--json']);
    expect(end.documents).toMatchObject([{ state: 'aborted', exitCode: 7 }]);
    runs.push(String(end.documents[0]?.run));
  }
  const end = await shell.ucbulk(['resume', '--yes']);
  expect(end.stderr).toContain('There are 2 unfinished runs. Nothing was sent.');
  for (const run of runs) {
    expect(end.stderr).toMatch(
      new RegExp(`^  ucbulk resume ${run} +# nightly-unstored-cleanup in`, 'm'),
    );
  }
  expect(end.code).toBe(2);
  expect(shell.emulator.audit.length).toBe(0);

  const other = await shell.ucbulk(['resume', '--yes', '--job', jobFile('store-everything')]);
  expect(other.stderr).toContain('There is no unfinished run of the job store-everything');
  expect(other.code).toBe(2);

  const named = await shell.ucbulk(['resume', '--yes', '--json', '--job', CLEANUP]);
  expect(named.documents).toMatchObject([{ run: runs[1], state: 'finished', exitCode: 0 }]);
});
