import { expect, test } from 'vitest';
import type { RunId } from '../../src/core/run.ts';
import { Catalog } from '../../src/ledger/catalog.ts';
import { statePaths } from '../../src/state/state-paths.ts';
import { alive, type RunBench, runBench } from '../support/run-bench.ts';

const INFO = {
  source: { files: {} },
  steps: [{ uses: 'info' }],
  concurrency: { onConflict: 'share' },
};
const OWNER = { publicKey: 'demopublickey', restOrigin: 'https://service.test' };
const WINDOW_MS = 5000;
/** Both have counted each other this long after the second began, ms. */
const JOINED_MS = 2500;

function learnedRate(bench: RunBench): number | undefined {
  const catalog = Catalog.open(statePaths(bench.directory).catalog, () => undefined);
  const learned = catalog.learnedRate(OWNER);
  catalog.close();
  return learned?.rate;
}

/** The most requests that left in any window between two moments. */
function busiest(bench: RunBench, from: number, to: number): number {
  const times = bench.sent.map(({ at }) => at).filter((at) => at >= from && at <= to);
  const inWindow = (start: number): number =>
    times.filter((at) => at >= start && at < start + WINDOW_MS).length;
  return Math.max(0, ...times.filter((at) => at + WINDOW_MS <= to).map(inWindow));
}

/** Two runs, the second of them later; when both were at work. */
async function twoRuns(bench: RunBench, job: object, laterMs: number) {
  let endedAt = Number.POSITIVE_INFINITY;
  const start = () =>
    alive(bench.start(job)).finally(() => {
      endedAt = Math.min(endedAt, bench.clock.now());
    });
  const first = start();
  await bench.clock.sleep(laterMs);
  const joinedAt = bench.clock.now() + JOINED_MS;
  const second = start();
  const ends = await Promise.all([first, second]);
  expect(ends).toMatchObject(ends.map(() => ({ state: 'finished', counts: { done: 1500 } })));
  return { joinedAt, endedAt };
}

const LIMIT = { perSecond: 40, burst: 40 };

/** The share of 429s among all answers, in percent. */
function refusedShare(bench: RunBench): number {
  const refused = bench.emulator.requestCounts().filter(({ status }) => status === 429);
  return (100 * refused.reduce((sum, { count }) => sum + count, 0)) / bench.sent.length;
}

test('share: a run that joins takes its part of the limit, and the learned limit stays whole', async () => {
  const bench = runBench({ files: 1500, throttle: LIMIT });
  const { joinedAt, endedAt } = await twoRuns(bench, INFO, 15_000);
  const most = LIMIT.burst + (LIMIT.perSecond * WINDOW_MS) / 1000;
  expect(busiest(bench, joinedAt, endedAt)).toBeLessThanOrEqual(1.05 * most);
  expect(refusedShare(bench)).toBeLessThan(3);
  expect(learnedRate(bench)).toBeGreaterThan(0.8 * LIMIT.perSecond);
  expect(learnedRate(bench)).toBeLessThan(1.5 * LIMIT.perSecond);
});

test('share: where no rate was found yet, each finds its part by what the service refuses', async () => {
  const bench = runBench({ files: 1500, throttle: { perSecond: 30, burst: 30 } });
  const { joinedAt, endedAt } = await twoRuns(bench, INFO, 1);
  expect(busiest(bench, joinedAt, endedAt)).toBeLessThanOrEqual(1.2 * 30 * (WINDOW_MS / 1000));
  expect(refusedShare(bench)).toBeLessThan(5);
});

test("share: a run's own `limits.rate` is no news of the service, and slows no other run", async () => {
  const bench = runBench({ files: 300 });
  const slow = alive(bench.start({ ...INFO, limits: { rate: 5 } }));
  await bench.clock.sleep(3000);
  const other = await alive(bench.start(INFO));
  await slow;
  expect(other.elapsedMs).toBeLessThan((300 / 5) * 1000 * 0.75);
  expect(learnedRate(bench) ?? 10).toBeGreaterThan(5);
});

test('share: the rates are proportional to the priorities, and no run starves', async () => {
  const bench = runBench({ files: 2500, throttle: LIMIT });
  const withPriority = (priority: unknown) => ({
    ...INFO,
    concurrency: { onConflict: 'share', priority },
  });
  const first = alive(bench.start(withPriority('high'), { concurrency: 30 }));
  await bench.clock.sleep(5000);
  const second = alive(bench.start(withPriority('low'), { concurrency: 30 }));
  await bench.clock.sleep(15_000);
  const done = () => (['run-1', 'run-2'] as RunId[]).map((run) => bench.items(run, 'done').length);
  const before = done();
  await bench.clock.sleep(40_000);
  const after = done();
  const [high, low] = after.map((count, place) => count - before[place]!);
  expect(high! + low!).toBeGreaterThan(0.75 * 40 * LIMIT.perSecond);
  expect(high! / low!).toBeGreaterThan(2.5);
  expect(high! / low!).toBeLessThan(5.5);
  await Promise.all([first, second]);
});
