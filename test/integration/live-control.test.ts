// Tests src/run/live-control.ts and src/state/control-run.ts.

import { truncateSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { RunId } from '../../src/core/run.ts';
import type { ControlChange } from '../../src/core/run-control.ts';
import type { World } from '../../src/core/world.ts';
import { openDatabase } from '../../src/ledger/open-database.ts';
import { controlRun } from '../../src/state/control-run.ts';
import { readRun } from '../../src/state/read-runs.ts';
import { statePaths } from '../../src/state/state-paths.ts';
import { alive, type LifeChanges, type RunBench, runBench } from '../support/run-bench.ts';
import { untilSettled } from '../support/virtual-clock.ts';

const INFO = { source: { files: { pageSize: 100 } }, steps: [{ uses: 'info' }] };
const RUN = 'run-1' as RunId;
/** A command is obeyed within this time, ms. */
const PROMPT_MS = 2000;
const LOOKS: LifeChanges = { limits: { controlEveryMs: 1000 } };

/** Starts a run of `info` on so many files, one request each, at 10 requests per second. */
function begin(bench: RunBench, changes: LifeChanges = {}) {
  return bench.start(INFO, { rate: 10, ...LOOKS, ...changes });
}

/** Does to the run what a command in another shell does. */
function control(bench: RunBench, change: ControlChange, run = RUN) {
  const clock = bench.clock as unknown as World['clock'];
  return driven(bench, controlRun(bench.directory, { run, change }, { clock }));
}

/** Lets time go on until the work is settled, also when the run has ended. */
function driven<Result>(bench: RunBench, work: Promise<Result>): Promise<Result> {
  return untilSettled(bench.clock, work, Number.POSITIVE_INFINITY);
}

const sleep = (bench: RunBench, ms: number) => driven(bench, bench.clock.sleep(ms));

/** The number of requests between two moments of the bench's clock, ms. */
function sentBetween(bench: RunBench, from: number, to: number): number {
  return bench.sent.filter(({ at }) => at >= from && at < to).length;
}

const waitsOf = (bench: RunBench) =>
  bench.events.flatMap((event) => (event.kind === 'waiting' ? [event.wait?.reason ?? null] : []));

test('pause: nothing is sent until continue, and everything is done once', async () => {
  const bench = runBench({ files: 200 });
  const ended = alive(begin(bench));
  await sleep(bench, 5000);
  const paused = await control(bench, { state: 'paused' });
  expect(paused).toMatchObject({ outcome: 'applied', hasEnded: false });
  const pausedAt = bench.clock.now();
  await sleep(bench, 3_600_000);
  expect(sentBetween(bench, pausedAt, bench.clock.now())).toBe(0);
  expect(waitsOf(bench)).toEqual([
    'paused by `ucbulk pause`; `ucbulk continue run-1` continues it',
  ]);
  const continued = await control(bench, { state: null });
  expect(continued).toMatchObject({ outcome: 'applied' });
  const end = await ended;
  expect(end).toMatchObject({ state: 'finished', counts: { done: 200, total: 200 } });
  expect(waitsOf(bench)).toHaveLength(2);
  // A request that was about to be written when the pause began was not written, but waited again.
  const answered = bench.emulator.requestCounts().reduce((sum, { count }) => sum + count, 0);
  expect(bench.sent.length - answered).toBeLessThanOrEqual(4);
  const listed = bench.sent.filter(({ target }) => target.startsWith('/files/?')).length;
  expect(answered).toBeLessThanOrEqual(200 + listed + 4);
});

test('stop: the run ends as after Ctrl-C, says by what, and a resume completes it', async () => {
  const bench = runBench({ files: 200 });
  const ended = alive(begin(bench));
  await sleep(bench, 5000);
  const stopped = await control(bench, { state: 'stopped' });
  expect(stopped).toMatchObject({ outcome: 'applied', hasEnded: true });
  const end = await ended;
  expect(end).toMatchObject({ state: 'interrupted', stop: { kind: 'user', by: '`ucbulk stop`' } });
  expect(end.counts.done).toBeLessThan(200);
  const resumed = await alive(bench.resume(LOOKS));
  expect(resumed).toMatchObject({ state: 'finished', counts: { done: 200 } });
});

test('stop ends a run that is paused', async () => {
  const bench = runBench({ files: 200 });
  const ended = alive(begin(bench));
  await sleep(bench, 5000);
  await control(bench, { state: 'paused' });
  const pausedAt = bench.clock.now();
  await control(bench, { state: 'stopped' });
  expect(await ended).toMatchObject({ state: 'interrupted' });
  expect(sentBetween(bench, pausedAt, bench.clock.now())).toBe(0);
});

test('a paused run that dies is not paused after a resume, and its limits stay', async () => {
  const bench = runBench({ files: 200 });
  const died = begin(bench, { death: { afterMs: 20_000 } });
  await sleep(bench, 5000);
  await control(bench, { rate: 2 });
  await control(bench, { state: 'paused' });
  expect(await died).toBeNull();
  const resumedAt = bench.clock.now();
  const ended = alive(bench.resume({ rate: 10, ...LOOKS }));
  await sleep(bench, 10_000);
  const sent = sentBetween(bench, resumedAt + 1000, bench.clock.now());
  expect(sent).toBeGreaterThan(10);
  expect(sent).toBeLessThan(25);
  await control(bench, { rate: null });
  expect(await ended).toMatchObject({ state: 'finished', counts: { done: 200 } });
});

test.each([
  ['lower', 2],
  ['higher', 40],
])('set --rate is obeyed within two seconds: a %s rate', async (_, rate) => {
  const bench = runBench({ files: 500 });
  const ended = alive(begin(bench, { rate: 60, limits: { controlEveryMs: 1000 } }));
  await sleep(bench, 3000);
  await control(bench, { rate: 10 });
  await sleep(bench, 5000);
  const askedAt = bench.clock.now();
  const { control: asked } = await control(bench, { rate });
  expect(bench.clock.now() - askedAt).toBeLessThanOrEqual(PROMPT_MS);
  expect(asked.maxRate).toBe(rate);
  await sleep(bench, 5000);
  const sent = sentBetween(bench, askedAt + PROMPT_MS, askedAt + PROMPT_MS + 3000);
  expect(sent / 3).toBeGreaterThan(0.5 * rate);
  expect(sent / 3).toBeLessThan(1.2 * rate + 1);
  await control(bench, { rate: null });
  await ended;
});

test('a rate of one request in 20 s is raised within two seconds', async () => {
  const bench = runBench({ files: 300 });
  const ended = alive(begin(bench, { rate: 20 }));
  await sleep(bench, 100);
  await control(bench, { rate: 0.05 });
  await sleep(bench, 61_000);
  const askedAt = bench.clock.now();
  await control(bench, { rate: 20 });
  await sleep(bench, PROMPT_MS);
  expect(sentBetween(bench, askedAt, bench.clock.now())).toBeGreaterThan(5);
  await ended;
});

test.each([
  { by: '`--rate`', flag: 5, job: 20, set: 10, lowest: 5 },
  { by: 'the job', flag: 20, job: 5, set: 10, lowest: 5 },
  { by: '`set`', flag: 20, job: 10, set: 5, lowest: 5 },
])('the lowest rate wins: that of $by', async ({ flag, job, set, lowest }) => {
  const bench = runBench({ files: 200 });
  const limited = { ...INFO, limits: { rate: job } };
  const ended = alive(bench.start(limited, { rate: flag, ...LOOKS }));
  await sleep(bench, 1500);
  const { control: asked } = await control(bench, { rate: set });
  expect(asked).toMatchObject({ rate: set, maxRate: lowest });
  const from = bench.clock.now() + 1000;
  await sleep(bench, 11_000);
  expect(sentBetween(bench, from, from + 10_000)).toBeLessThanOrEqual(10 * lowest + 2);
  expect(sentBetween(bench, from, from + 10_000)).toBeGreaterThan(7 * lowest);
  await ended;
});

test('the lowest concurrency wins', async () => {
  const bench = runBench({ files: 300 });
  const limited = { ...INFO, limits: { concurrency: 6 } };
  const ended = alive(bench.start(limited, { concurrency: 4, rate: 20, ...LOOKS }));
  await sleep(bench, 1500);
  expect((await control(bench, { concurrency: 9 })).control.maxConcurrency).toBe(4);
  expect((await control(bench, { concurrency: 1 })).control.maxConcurrency).toBe(1);
  expect((await control(bench, { concurrency: null })).control.maxConcurrency).toBe(4);
  await ended;
});

test('two changes at once: none is lost, and of the same field the last one counts', async () => {
  const bench = runBench({ files: 200 });
  const ended = alive(begin(bench));
  await sleep(bench, 1000);
  const [, , last] = await Promise.all([
    control(bench, { rate: 5 }),
    control(bench, { concurrency: 2 }),
    control(bench, { rate: 7 }),
  ]);
  expect(last?.control).toMatchObject({ rate: 7, maxRate: 7, concurrency: 2, maxConcurrency: 2 });
  await ended;
});

test('a catalog that another program has locked delays the confirmation, not the run', async () => {
  const bench = runBench({ files: 300 });
  const ended = alive(begin(bench));
  await sleep(bench, 3000);
  await control(bench, { rate: 9 });
  const lock = openDatabase(statePaths(bench.directory).catalog, { mode: 'write' });
  lock.exec('BEGIN IMMEDIATE');
  const from = bench.clock.now();
  await sleep(bench, 10_000);
  expect(sentBetween(bench, from, bench.clock.now())).toBeGreaterThan(80);
  lock.exec('ROLLBACK');
  lock.close();
  expect(await ended).toMatchObject({ state: 'finished', counts: { done: 300 } });
});

test('a catalog that is damaged while the run works leaves it as it was', async () => {
  const bench = runBench({ files: 300 });
  const ended = alive(begin(bench));
  await sleep(bench, 3000);
  const { catalog } = statePaths(bench.directory);
  writeFileSync(catalog, 'no database');
  truncateSync(`${catalog}-wal`);
  await expect(control(bench, { state: 'paused' })).rejects.toThrow(/The catalog .* can't be used/);
  expect(await ended).toMatchObject({ state: 'finished', counts: { done: 300 } });
});

test('a run that does not read the catalog leaves the request unanswered', async () => {
  const bench = runBench({ files: 300 });
  const ended = alive(begin(bench, { limits: { controlEveryMs: 3_600_000 } }));
  await sleep(bench, 3000);
  expect(await control(bench, { state: 'paused' })).toMatchObject({
    outcome: 'unanswered',
    control: { state: 'paused', appliedAt: null },
  });
  expect(await ended).toMatchObject({ state: 'finished' });
});

test('a run that ends before it reads the request is reported as ended', async () => {
  const bench = runBench({ files: 20 });
  const ended = alive(begin(bench, { limits: { controlEveryMs: 3_600_000 } }));
  await sleep(bench, 1000);
  const asked = control(bench, { state: 'paused' });
  await ended;
  expect(await asked).toMatchObject({ outcome: 'ended', hasEnded: true });
});

test('a paused delete looks again before it deletes what somebody has stored meanwhile', async () => {
  const bench = runBench({ files: 120, storedShare: 0 });
  const job = {
    source: { files: { stored: false } },
    steps: [{ uses: 'delete' }],
  };
  const ended = alive(bench.start(job, { rate: 0.5, ...LOOKS }));
  await sleep(bench, 3000);
  await control(bench, { state: 'paused' });
  expect(bench.mutations).toHaveLength(0);
  const [kept] = bench.items(RUN, 'pending').concat(bench.items(RUN, 'running'));
  await sleep(bench, 7_200_000);
  bench.storeElsewhere(kept!.key);
  await control(bench, { state: null });
  const end = await ended;
  expect(end).toMatchObject({ state: 'finished', counts: { done: 119, skipped: 1 } });
  expect(end.reasons).toEqual([{ state: 'skipped', reason: 'stored meanwhile', count: 1 }]);
});

test('status shows how fast a run works and how long the rest takes, and nothing of it in a pause', async () => {
  const bench = runBench({ files: 600 });
  const limits = { controlEveryMs: 1000, sampleEveryMs: 5000 };
  const process = { pid: 4711, host: 'mars' };
  const ended = alive(begin(bench, { limits, process }));
  const clock = bench.clock as unknown as World['clock'];
  const status = async () => {
    const files = (await bench.live({}, async ({ world }) => world))!.files;
    return readRun(bench.directory, RUN, { clock, files } as World);
  };
  await sleep(bench, 31_000);
  const working = await status();
  expect(working.pace?.itemsPerSecond).toBeGreaterThan(8);
  expect(working.pace?.itemsPerSecond).toBeLessThan(11);
  const open = 600 - working.counts.done;
  expect(working.timeLeft?.ms).toBeGreaterThan((open / 12) * 1000);
  expect(working.timeLeft?.ms).toBeLessThan((open / 8) * 1000);
  expect(working).toMatchObject({ process, control: null });
  await control(bench, { state: 'paused' });
  const pausedAt = bench.clock.now();
  await sleep(bench, 60_000);
  const paused = await status();
  expect(paused).toMatchObject({
    pace: null,
    timeLeft: null,
    control: { state: 'paused' },
    waits: [{ kind: 'paused' }],
  });
  expect(Math.abs(paused.lastActivityAt! - pausedAt)).toBeLessThanOrEqual(5000);
  await control(bench, { state: null });
  await ended;
  expect(await status()).toMatchObject({ state: 'finished', pace: null, process: null });
});

test('a resume says that the limits of an earlier set still apply', async () => {
  const bench = runBench({ files: 200 });
  const stop = new AbortController();
  const ended = begin(bench, { drain: stop.signal });
  await sleep(bench, 3000);
  await control(bench, { rate: 5 });
  stop.abort();
  await driven(bench, ended);
  const lines: string[] = [];
  await alive(
    bench.resume({ ...LOOKS, log: (level, _fields, line) => void lines.push(`${level}: ${line}`) }),
  );
  expect(lines).toContain(
    'warn: An earlier `ucbulk set` still limits this run: at most 5 requests/s. `ucbulk set run-1 --rate off` removes that',
  );
});
