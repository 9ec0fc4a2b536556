// Tests src/run/waiting-run.ts, src/run/work-in-windows.ts and src/state/waiting-lock.ts.

import { expect, test } from 'vitest';
import { exitCodeForEnd } from '../../src/cli/exit-code.ts';
import { statusText } from '../../src/cli/status-text.ts';
import { parseRunId } from '../../src/core/run.ts';
import type { World } from '../../src/core/world.ts';
import { RunStop } from '../../src/engine/run-stop.ts';
import { abandonRun } from '../../src/run/abandon-run.ts';
import { resumeRun } from '../../src/run/resume-run.ts';
import { startRun } from '../../src/run/start-run.ts';
import { workInWindows } from '../../src/run/work-in-windows.ts';
import { controlRun } from '../../src/state/control-run.ts';
import { readRun } from '../../src/state/read-runs.ts';
import { createSystemWorld } from '../../src/world/system-world.ts';
import { alive, type LifeChanges, type RunBench, runBench } from '../support/run-bench.ts';
import { untilSettled } from '../support/virtual-clock.ts';

const RUN = parseRunId('run-1');
const HOUR_MS = 3_600_000;
const PROCESS = { pid: 4711, host: 'server' };
const ADVICE = {
  resume: (run: string) => `ucbulk resume ${run}`,
  items: (run: string, state: string) => `ucbulk items ${run} --state ${state}`,
} as unknown as Parameters<typeof statusText>[1]['advice'];

/** A bench one minute before its window closes, and a job that does not end in this minute. */
function benchBeforeClosing(): { bench: RunBench; job: ReturnType<RunBench['job']> } {
  const bench = runBench({ files: 150, startMs: Date.parse('2026-11-21T05:59:00Z') });
  const job = bench.job({
    source: { files: { pageSize: 100 } },
    steps: [{ uses: 'info' }],
    limits: { rate: 1 },
    window: '22:00-06:00 UTC',
  });
  return { bench, job };
}

/** Starts the job with --wait, and lets two hours pass: the process then waits for its window. */
async function startAndWait(changes: LifeChanges = {}) {
  const { bench, job } = benchBeforeClosing();
  const limits = { controlEveryMs: 1000 };
  const started = bench.live(
    { waitsForWindow: true, process: PROCESS, limits, ...changes },
    (context) => workInWindows(context, (inner) => startRun(job, inner)),
  );
  const ended = started.then(
    (end) => ({ end, error: null }),
    (error: unknown) => ({ end: null, error }),
  );
  await driven(bench, bench.clock.sleep(2 * HOUR_MS));
  return { bench, ended };
}

function driven<Result>(bench: RunBench, work: Promise<Result>): Promise<Result> {
  return untilSettled(bench.clock, work, Number.POSITIVE_INFINITY);
}

function statusOf({ directory, clock }: RunBench) {
  const world = createSystemWorld();
  return readRun(directory, RUN, { ...world, clock: { ...world.clock, now: () => clock.now() } });
}

function stop(bench: RunBench) {
  const clock = bench.clock as unknown as World['clock'];
  return driven(
    bench,
    controlRun(bench.directory, { run: RUN, change: { state: 'stopped' } }, { clock }),
  );
}

test('a process that waits for its next window is visible, and `stop` ends it', async () => {
  const { bench, ended } = await startAndWait();
  const waiting = await statusOf(bench);
  expect(waiting).toMatchObject({
    isRunning: false,
    isWaiting: true,
    process: PROCESS,
    waits: [{ kind: 'window', until: Date.parse('2026-11-21T22:00:00Z') }],
  });
  const text = statusText(waiting, { advice: ADVICE });
  expect(text).toMatch(/state +waits for its window until 22:00 \(UTC\), pid 4711 on server\n/);
  expect(text).toMatch(/next +ucbulk stop run-1$/);
  expect(text).not.toContain('resume');

  const sent = bench.sent.length;
  expect(await stop(bench)).toMatchObject({ outcome: 'applied', hasEnded: true });
  const { end } = await ended;
  expect(end).toMatchObject({ state: 'interrupted', stop: { kind: 'user', by: '`ucbulk stop`' } });
  expect(exitCodeForEnd(end!, null)).toBe(130);
  await driven(bench, bench.clock.sleep(24 * HOUR_MS));
  expect(bench.sent).toHaveLength(sent);
  expect(await statusOf(bench)).toMatchObject({ state: 'interrupted', isWaiting: false });
});

test('nobody resumes or abandons a run for which a process waits', async () => {
  const { bench, ended } = await startAndWait();
  const second = bench.resume({ waitsForWindow: true });
  await expect(second).rejects.toMatchObject({
    kind: 'locked',
    message: expect.stringContaining('To stop it: `ucbulk stop run-1`'),
  });
  await expect(abandonRun(bench.directory, RUN, createSystemWorld())).rejects.toMatchObject({
    kind: 'locked',
  });
  await stop(bench);
  await ended;
  expect(await abandonRun(bench.directory, RUN, createSystemWorld())).toMatchObject({ run: RUN });
});

test('after a kill of a waiting process, the run is interrupted, and a resume completes it', async () => {
  const { bench, ended } = await startAndWait({ death: { afterMs: HOUR_MS } });
  expect((await ended).end).toBeNull();
  expect(await statusOf(bench)).toMatchObject({ state: 'interrupted', isWaiting: false });
  const end = await alive(bench.resume({ waitsForWindow: true }));
  expect(end).toMatchObject({ state: 'finished', counts: { done: 150 } });
});

test.each([
  ['with --wait, a run also waits for another run of its project', {}, 'finished'],
  ['another --on-conflict counts with --wait', { onConflict: 'fail' } as const, 'locked'],
])('%s', async (_, changes, result) => {
  const { bench, ended } = await startAndWait(changes);
  await driven(bench, bench.clock.sleep(13 * HOUR_MS + 50 * 60_000));
  const other = bench.job({
    source: { files: { pageSize: 100 } },
    steps: [{ uses: 'info' }],
    limits: { rate: 0.1 },
  });
  const others = bench.live({}, (context) => startRun(other, context));
  const { end, error } = await ended;
  expect(end?.state ?? (error as { kind: string }).kind).toBe(result);
  // The numbers of the summary are those of both windows.
  if (end !== null) expect(end.requests).toBeGreaterThanOrEqual(150);
  expect(await alive(others)).toMatchObject({ state: 'finished' });
});

test('a stop by a person replaces the end of a window, and no other reason', () => {
  const message = 'closed';
  const closing = new RunStop();
  closing.stop({ kind: 'window', message, until: 1 });
  closing.stop({ kind: 'user', by: '`ucbulk stop`' });
  closing.stop({ kind: 'window', message, until: 1 });
  expect(closing.reason?.kind).toBe('user');
  const spent = new RunStop();
  spent.stop({ kind: 'budget', message });
  spent.stop({ kind: 'user' });
  expect(spent.reason?.kind).toBe('budget');
});

test('a resume waits without a run in its window too, and a stop ends it', async () => {
  const { bench, job } = benchBeforeClosing();
  await alive(bench.live({}, (context) => startRun(job, context)));
  const changes = { waitsForWindow: true, limits: { controlEveryMs: 1000 } };
  const ended = alive(bench.live(changes, (context) => resumeRun(RUN, context)));
  await driven(bench, bench.clock.sleep(HOUR_MS));
  await stop(bench);
  expect(await ended).toMatchObject({ state: 'interrupted', stop: { kind: 'user' } });
});
