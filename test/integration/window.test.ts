// Tests src/run/run-window.ts and src/state/run-schedule.ts.

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { exitCodeForEnd, exitCodeForError } from '../../src/cli/exit-code.ts';
import { scheduleRows } from '../../src/cli/schedule-text.ts';
import { parseRunId } from '../../src/core/run.ts';
import { startRun } from '../../src/run/start-run.ts';
import { workInWindows } from '../../src/run/work-in-windows.ts';
import { readRun } from '../../src/state/read-runs.ts';
import { createSystemWorld } from '../../src/world/system-world.ts';
import { alive, type RunBench, runBench } from '../support/run-bench.ts';

const RUN = parseRunId('run-1');
const at = (text: string) => Date.parse(text);

function files({ emulator }: RunBench, count: number): string[] {
  const uploadedAt = '2026-01-01T10:00:00.000000Z';
  return Array.from({ length: count }, () => {
    return emulator.projects[0]!.addFile({ isImage: true, uploadedAt, storedAt: uploadedAt }).uuid;
  });
}

/** A job that needs a second for each item. */
function jobOf(inline: readonly string[], changes: object = {}): object {
  const { limits, ...rest } = { limits: {}, ...changes };
  return { source: { inline }, steps: [{ uses: 'info' }], limits: { rate: 1, ...limits }, ...rest };
}

/** The status of the run at the time of the bench. */
function statusOf({ directory, clock }: RunBench) {
  const world = createSystemWorld();
  return readRun(directory, RUN, { ...world, clock: { ...world.clock, now: () => clock.now() } });
}

test('outside of its window, a run does not start and sends nothing; with a wait, it starts when the window opens', async () => {
  const bench = runBench({ startMs: at('2026-11-21T12:00:00Z') });
  const job = jobOf(files(bench, 5), { window: '22:00-06:00 Europe/Berlin' });

  const refused = await bench.start(job).catch((error: unknown) => error);
  expect(refused).toMatchObject({
    message:
      'The window 22:00-06:00 Europe/Berlin is closed. Nothing was sent. It opens at 22:00 (Europe/Berlin). Start the run then, or add --wait.',
  });
  expect(exitCodeForError(refused, null)).toBe(10);
  expect(bench.sent).toEqual([]);

  const end = await alive(bench.start(job, { waitsForWindow: true }));
  expect(end).toMatchObject({ state: 'finished', counts: { done: 5 } });
  expect(bench.sent[0]!.at).toBeGreaterThanOrEqual(at('2026-11-21T21:00:00Z'));
  expect(bench.events).toContainEqual(
    expect.objectContaining({
      wait: expect.objectContaining({
        kind: 'window',
        reason: 'window closed until 22:00 (Europe/Berlin)',
        until: at('2026-11-21T21:00:00Z'),
      }),
    }),
  );
});

test.each([
  ['an ordinary night', '2026-11-21T04:58:00Z', '2026-11-21T05:00:00Z', '2026-11-21T21:00:00Z'],
  ['the clocks go forward', '2026-03-29T03:58:00Z', '2026-03-29T04:00:00Z', '2026-03-29T20:00:00Z'],
  ['the clocks go back', '2026-10-25T04:58:00Z', '2026-10-25T05:00:00Z', '2026-10-25T21:00:00Z'],
])(
  'when its window closes, a run stops politely, and a resume continues in the next window: %s',
  async (_, startMs, closes, opens) => {
    const bench = runBench({ startMs: at(startMs) });
    const job = jobOf(files(bench, 300), { window: '22:00-06:00 Europe/Berlin' });

    const end = await alive(bench.start(job));
    expect(end).toMatchObject({
      state: 'interrupted',
      stop: {
        kind: 'window',
        until: at(opens),
        message:
          'The window 22:00-06:00 Europe/Berlin is closed. It opens at 22:00 (Europe/Berlin); `ucbulk resume --wait` waits for that.',
      },
    });
    expect(exitCodeForEnd(end, null)).toBe(10);
    expect(end.counts.done).toBeGreaterThan(60);
    expect(end.counts['in-doubt']).toBe(0);
    expect(end.counts.done + end.counts.pending).toBe(300);
    expect(bench.sent.at(-1)!.at).toBeLessThanOrEqual(at(closes));

    const status = await statusOf(bench);
    expect(scheduleRows(status.schedule, null)).toEqual([
      ['window', 'closed until 22:00 (Europe/Berlin)'],
    ]);

    await expect(bench.resume()).rejects.toThrow(
      'It opens at 22:00 (Europe/Berlin). Use `ucbulk resume run-1` then, or add --wait.',
    );
    const last = await alive(bench.resume({ waitsForWindow: true }));
    expect(last).toMatchObject({ state: 'finished', counts: { done: 300 } });
    const late = bench.sent.filter((sent) => sent.at > at(closes));
    expect(late[0]!.at).toBeGreaterThanOrEqual(at(opens));
  },
);

test('with a wait, a run continues in each window until it has finished', async () => {
  const bench = runBench({ startMs: at('2026-11-21T05:59:00Z') });
  const job = bench.job(jobOf(files(bench, 150), { window: '06:00-06:01, 22:00-06:00 UTC' }));
  const starts: number[] = [];
  const listener = (event: { kind: string }) => {
    if (event.kind === 'run-started') starts.push(bench.clock.now());
  };
  const end = await bench.live({ waitsForWindow: true, listener }, (context) =>
    workInWindows(context, (inner) => startRun(job, inner)),
  );
  expect(end).toMatchObject({ state: 'finished', counts: { done: 150 } });
  expect(starts).toHaveLength(2);
  expect(starts[1]).toBeGreaterThanOrEqual(at('2026-11-21T22:00:00Z'));
  const closed = bench.sent.filter(
    (sent) => sent.at > at('2026-11-21T06:01:00Z') && sent.at < at('2026-11-21T22:00:00Z'),
  );
  expect(closed).toEqual([]);
});

test('a stop while a run waits for its next window leaves it as the window did', async () => {
  const bench = runBench({ startMs: at('2026-11-21T05:59:30Z') });
  const job = bench.job(jobOf(files(bench, 150), { window: '22:00-06:00 UTC' }));
  const drain = new AbortController();
  const listener = (event: { kind: string; wait?: { kind: string } | null }) => {
    if (event.kind === 'waiting' && event.wait?.kind === 'window') drain.abort();
  };
  const end = await bench.live({ waitsForWindow: true, drain: drain.signal, listener }, (context) =>
    workInWindows(context, (inner) => startRun(job, inner)),
  );
  expect(end).toMatchObject({ state: 'interrupted', stop: { kind: 'window' } });
});

test('a stop ends the wait for a window', async () => {
  const bench = runBench({ startMs: at('2026-11-21T12:00:00Z') });
  const drain = new AbortController();
  const listener = (event: { kind: string }) => {
    if (event.kind === 'waiting') drain.abort();
  };
  const job = jobOf(files(bench, 1), { window: '22:00-06:00 UTC' });
  const started = bench.start(job, { waitsForWindow: true, drain: drain.signal, listener });
  await expect(started).rejects.toMatchObject({ kind: 'canceled' });
  expect(bench.sent).toEqual([]);
});

test('a changed job file can give a run another window', async () => {
  const bench = runBench({ startMs: at('2026-11-21T05:59:00Z') });
  const inline = files(bench, 200);
  await alive(bench.start(jobOf(inline, { window: '22:00-06:00 UTC' })));
  const end = await alive(bench.resume({ job: jobOf(inline, { window: '00:00-24:00' }) }));
  expect(end).toMatchObject({ state: 'finished', counts: { done: 200 } });
});

test('a timetable changes the rate of a run, and the lowest limit wins', async () => {
  const bench = runBench({ startMs: at('2026-11-21T07:59:00Z') });
  const job = { ...jobOf(files(bench, 400)), limits: { rate: '08:00,2 08:01,8 UTC' } };
  await alive(bench.start(job, { rate: 4, concurrency: 20 }));
  const between = (from: string, to: string) =>
    bench.sent.filter((sent) => sent.at >= at(from) && sent.at < at(to)).length;
  // Before 08:00, the entry of 08:01 of the day before counts, and --rate 4 is lower.
  expect(between('2026-11-21T07:59:10Z', '2026-11-21T07:59:50Z')).toBeGreaterThan(120);
  expect(between('2026-11-21T07:59:10Z', '2026-11-21T07:59:50Z')).toBeLessThanOrEqual(164);
  const slow = between('2026-11-21T08:00:05Z', '2026-11-21T08:00:55Z');
  expect(slow).toBeLessThanOrEqual(102);
  expect(slow).toBeGreaterThan(60);
});

test('the plan says early that a run misses its deadline, with its window and its timetable', async () => {
  const bench = runBench({ startMs: at('2026-11-21T12:00:00Z') });
  const inline = files(bench, 500);
  const inTime = await bench.plan(jobOf(inline, { limits: { finishBy: '12:30 UTC' } }));
  expect(scheduleRows(inTime.schedule, '1 requests/s')).toEqual([
    ['ends', 'about 2026-11-21 12:08 (UTC) at 1 requests/s'],
    ['deadline', '2026-11-21 12:30 (UTC); expected in time'],
  ]);
  const late = await bench.plan(
    jobOf(inline, {
      limits: { finishBy: '2026-11-21 12:30 UTC' },
      window: '22:00-06:00 Europe/Berlin',
    }),
  );
  expect(scheduleRows(late.schedule, '1 requests/s')).toEqual([
    ['window', 'closed until 22:00 (Europe/Berlin)'],
    ['ends', 'about 2026-11-21 21:08 (UTC) at 1 requests/s'],
    ['deadline', '2026-11-21 12:30 (UTC); misses the deadline by 8h 38m at 1 requests/s'],
  ]);
});

test('a deadline in the past is refused for a new run, and does not prevent a resume', async () => {
  const bench = runBench({ startMs: at('2026-11-21T12:00:00Z') });
  const inline = files(bench, 100);
  const job = jobOf(inline, { limits: { finishBy: '2026-11-21 12:01 UTC', duration: '90s' } });
  const past = jobOf(inline, { limits: { finishBy: '2026-11-21 03:00 UTC' } });
  await expect(bench.start(past)).rejects.toThrow(
    'limits.finishBy is 2026-11-21 03:00 (UTC), 9h ago. Nothing was sent. Write a later time into the job file.',
  );
  await alive(bench.start(job));
  const status = await statusOf(bench);
  expect(scheduleRows(status.schedule, null)[0]?.[1]).toMatch(/missed \d+s ago$/);
  const end = await alive(bench.resume());
  expect(end).toMatchObject({ state: 'finished', counts: { done: 100 } });
});

/** A run that uses the project from 05:59:00 until about 06:05:00. */
async function withBusyProject(changes: object) {
  const bench = runBench({ startMs: at('2026-11-21T05:59:00Z') });
  const busy = bench.start(jobOf(files(bench, 360)));
  await bench.clock.sleep(1);
  const concurrency = { onConflict: 'wait' };
  const job = bench.job(jobOf(files(bench, 3), { concurrency, ...changes }));
  return { bench, busy, job };
}

test('a run that waited for another run until its window closed sends nothing and is not created', async () => {
  const { bench, busy, job } = await withBusyProject({ window: '22:00-06:00 UTC' });
  const refused = await bench.live({}, (context) => startRun(job, context)).catch((error) => error);
  expect(refused.message).toMatch(/is closed\. Nothing was sent\. It opens at 22:00 \(UTC\)/);
  expect(exitCodeForError(refused, null)).toBe(10);
  const { requests } = await alive(busy);
  expect(bench.sent).toHaveLength(requests);
  expect(readdirSync(join(bench.directory, 'runs')).filter((name) => name.endsWith('.db'))).toEqual(
    ['run-1.db'],
  );
});

test('with a wait, such a run leaves the project to other runs until its window opens', async () => {
  const { bench, busy, job } = await withBusyProject({ window: '22:00-06:00 UTC' });
  const waiting = bench.live({ waitsForWindow: true }, (context) => startRun(job, context));
  await alive(busy);
  await bench.clock.sleep(5000);
  expect((await alive(bench.start(jobOf(files(bench, 2))))).state).toBe('finished');
  const before = bench.sent.length;
  expect(await alive(waiting)).toMatchObject({ state: 'finished', counts: { done: 3 } });
  expect(bench.sent[before]!.at).toBeGreaterThanOrEqual(at('2026-11-21T22:00:00Z'));
});

test('a resume that waited for another run until its window closed sends nothing', async () => {
  const bench = runBench({ startMs: at('2026-11-21T05:55:00Z') });
  const job = { window: '22:00-06:00 UTC', concurrency: { onConflict: 'wait' } };
  const inline = files(bench, 500);
  const { run } = await alive(bench.start(jobOf(inline, { ...job, limits: { duration: '4m' } })));
  const busy = bench.start(jobOf(files(bench, 360)));
  await bench.clock.sleep(1);
  await expect(bench.resume({ run })).rejects.toThrow('Nothing was sent. It opens at 22:00 (UTC)');
  const { requests } = await alive(busy);
  expect(bench.sent.filter((sent) => sent.at > at('2026-11-21T05:59:30Z')).length).toBeLessThan(
    requests + 60,
  );
});

test('a run whose window closes before its first request was answered is not created', async () => {
  const bench = runBench({ startMs: at('2026-11-21T05:59:00Z') });
  const opens = at('2026-11-21T22:00:00Z');
  bench.fault = ({ at: now }) => (now < opens ? 'throttled' : null);
  const job = jobOf(files(bench, 3), { window: '22:00-06:00 UTC' });
  const refused = await bench.start(job).catch((error: unknown) => error);
  expect(refused).toMatchObject({
    message:
      'The window 22:00-06:00 UTC closed before the run began. No run was created. It opens at 22:00 (UTC). Start the run then, or add --wait.',
  });
  expect(exitCodeForError(refused, null)).toBe(10);
  expect(bench.sent.at(-1)!.at).toBeLessThan(at('2026-11-21T06:00:00Z'));

  const before = bench.sent.length;
  const parsed = bench.job(job);
  const end = await bench.live({ waitsForWindow: true }, (context) =>
    workInWindows(context, (inner) => startRun(parsed, inner)),
  );
  expect(end).toMatchObject({ state: 'finished', counts: { done: 3 } });
  expect(bench.sent[before]!.at).toBeGreaterThanOrEqual(opens);
});

test('a deadline that passes while a run waits for its window or for another run is refused', async () => {
  const passed = /limits\.finishBy is .* ago\. Nothing was sent/;
  const limits = { finishBy: '2026-11-21 06:02 UTC' };
  const { bench, busy, job } = await withBusyProject({ limits });
  await expect(bench.live({}, (context) => startRun(job, context))).rejects.toThrow(passed);
  await busy;
  const next = runBench({ startMs: at('2026-11-21T05:59:00Z') });
  const windowed = jobOf(files(next, 3), { window: '22:00-23:00 UTC', limits });
  await expect(next.start(windowed, { waitsForWindow: true })).rejects.toThrow(passed);
  expect(next.sent).toEqual([]);
});
