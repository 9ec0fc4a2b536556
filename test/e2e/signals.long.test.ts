import { fileURLToPath } from 'node:url';
import { expect, test, vi } from 'vitest';
import type { EmulatorOptions, FaultRule } from '../../src/emulator/emulator.ts';
import { openShell, type Shell, untilPrinted } from '../support/run-cli.ts';

const HANGING = fileURLToPath(new URL('../support/cli-that-hangs.ts', import.meta.url));
const COPY = { uses: 'copy-to-remote', with: { target: 'backup' } };

/** A moment in the life of a run: the request at which something is wrong, and what waits for it. */
interface Moment {
  readonly options?: EmulatorOptions;
  readonly steps: readonly object[];
  readonly rule: FaultRule;
  readonly effect: 'store' | 'remote_copy' | 'uc_clamav_virus_scan';
}

const STORE = { steps: [{ uses: 'store' }], effect: 'store' } as const;

/** Nothing that changes anything is on its way: the first signal is enough. */
const WAITING: Readonly<Record<string, Moment>> = {
  'during the listing': {
    ...STORE,
    options: { files: 1500, storedShare: 0 },
    rule: { fault: { kind: 'hang' }, method: 'GET', path: '/files/', after: 1 },
  },
  'at the closed gate': {
    ...STORE,
    rule: { fault: { kind: 'throttle', retryAfterSeconds: 600 }, path: '/files/storage/' },
  },
  'while remote work is polled': {
    options: {
      files: 20,
      storedShare: 1,
      work: { uc_clamav_virus_scan: { medianMs: 10 } },
    },
    steps: [{ uses: 'addon/uc_clamav_virus_scan' }],
    effect: 'uc_clamav_virus_scan',
    rule: { fault: { kind: 'hang' }, path: '/addons/uc_clamav_virus_scan/execute/status/' },
  },
};

/** A request is on its way that may change something: the second signal cuts it off. */
const IN_FLIGHT: Readonly<Record<string, Moment>> = {
  'of a batch, its effect there': {
    ...STORE,
    rule: { fault: { kind: 'hang', when: 'after' }, path: '/files/storage/', times: 1 },
  },
  'of a batch, its effect lost': {
    ...STORE,
    rule: { fault: { kind: 'hang', when: 'before' }, path: '/files/storage/', times: 1 },
  },
  'of a copy, its effect there': {
    options: { files: 3, storedShare: 1 },
    steps: [COPY],
    effect: 'remote_copy',
    rule: { fault: { kind: 'hang', when: 'after' }, path: '/files/remote_copy/', times: 1 },
  },
};

function writeJob(shell: Shell, steps: readonly object[], source: object = { files: {} }): void {
  shell.write('j.json', JSON.stringify({ version: 1, name: 'j', source, steps }));
}

async function shellFor({ options, steps, rule }: Moment): Promise<Shell> {
  const shell = await openShell({ files: 300, storedShare: 0, ...options });
  writeJob(shell, steps);
  shell.emulator.faults.add(rule);
  return shell;
}

/** Starts the run and waits until it has met its fault. */
async function runInto(shell: Shell) {
  const run = shell.start(['run', 'j.json', '--yes']);
  await vi.waitUntil(() => shell.emulator.faults.list().some(({ fired }) => fired > 0), 240_000);
  return run;
}

/** Resumes without the fault; all must be done once. */
async function finish(shell: Shell, { effect, options }: Moment) {
  shell.emulator.faults.remove();
  const end = await shell.ucbulk(['resume', '--json'], {
    entry: HANGING,
    env: { UCBULK_TEST_SETTLE_MS: '10' },
  });
  expect(end.documents).toMatchObject([{ type: 'summary', state: 'finished', exitCode: 0 }]);
  expect(shell.emulator.audit.summary()[effect]).toMatchObject({
    changed: options?.files ?? 300,
    filesChangedMoreThanOnce: 0,
  });
}

test.each(Object.keys(WAITING))(
  'SIGTERM %s: the run ends, and nothing is lost or doubled',
  async (when) => {
    const moment = WAITING[when]!;
    const shell = await shellFor(moment);
    const run = await runInto(shell);
    run.process.kill('SIGTERM');
    const end = await run.ended;
    expect(end.stderr).toContain('Stopping: ucbulk sends nothing new. Finished work is saved.');
    expect([end.code, end.stderr]).toEqual([
      143,
      expect.stringContaining('exit 143: terminated, can be resumed'),
    ]);
    await finish(shell, moment);
  },
);

test.each(Object.keys(IN_FLIGHT))(
  'a request in flight %s: the first signal waits, the second cuts it off',
  async (when) => {
    const moment = IN_FLIGHT[when]!;
    const shell = await shellFor(moment);
    const run = await runInto(shell);
    run.process.kill('SIGINT');
    await untilPrinted(run, /Waiting for the answers to \d+ request/);
    expect(run.process.exitCode).toBeNull();
    run.process.kill('SIGTERM');
    const end = await run.ended;
    expect(end.stderr).toContain('Stopping at once');
    expect([end.code, end.stderr]).toEqual([130, expect.stringContaining('ucbulk resume ')]);
    await finish(shell, moment);
  },
);

test.each(['claimed', 'intent-committed', 'outcome-committed', 'run-finished', 'checkpoint'])(
  'hangs at %s: the second signal ends it all the same, a third at once',
  async (point) => {
    const shell = await openShell({ files: 200, storedShare: 0 });
    writeJob(shell, STORE.steps);
    const run = shell.start(['run', 'j.json', '--yes'], {
      entry: HANGING,
      env: { UCBULK_TEST_HANG_AT: point },
    });
    await untilPrinted(run, /hangs at/);
    run.process.kill('SIGTERM');
    await untilPrinted(run, /Stopping: /);
    run.process.kill('SIGTERM');
    await untilPrinted(run, /Stopping at once/);
    if (point === 'claimed') run.process.kill('SIGTERM');
    const end = await run.ended;
    expect(end.code).toBe(143);
    expect(end.stderr.includes('An open request cannot be aborted')).toBe(point !== 'claimed');
    const again = await shell.ucbulk(['resume', '--json']);
    // A ledger that only was not closed is that of a finished run: there is nothing to resume.
    expect(again.code).toBe(point === 'checkpoint' || point === 'run-finished' ? 2 : 0);
    expect(shell.emulator.audit.summary().store).toMatchObject({
      changed: 200,
      filesChangedMoreThanOnce: 0,
    });
  },
);

test('the settle time of a lost answer: the first signal ends the waiting', async () => {
  const shell = await openShell({ files: 1, storedShare: 1 });
  writeJob(shell, [{ uses: 'copy-local' }]);
  const fault = { kind: 'reset', when: 'after' } as const;
  shell.emulator.faults.add({ fault, path: '/files/local_copy/', times: 1 });
  const run = shell.start(['run', 'j.json', '--yes', '--log-level', 'info']);
  await untilPrinted(run, /Will retry/);
  run.process.kill('SIGTERM');
  const end = await run.ended;
  expect([end.code, end.stderr]).toEqual([143, expect.stringContaining('1: 0 done, 1 pending')]);
  expect(shell.emulator.audit.summary().local_copy).toMatchObject({ changed: 1 });
});

test('a list on standard input that never ends: the first signal ends the waiting', async () => {
  const shell = await openShell({ files: 0 });
  writeJob(shell, [{ uses: 'info' }], { list: { path: '-' } });
  const how = { input: 'pipe' } as const;
  const run = shell.start(['run', 'j.json', '--yes', '--log-level', 'info'], how);
  await untilPrinted(run, /Reading the list on standard input/);
  run.process.kill('SIGINT');
  const end = await run.ended;
  expect([end.code, end.stderr]).toEqual([130, expect.stringContaining('No run was created')]);
  expect(end.stderr).toMatch(/exit 130: stopped by the user\n$/);
  const runs = await shell.ucbulk(['runs', '--json']);
  expect(runs.documents).toEqual([]);
});
