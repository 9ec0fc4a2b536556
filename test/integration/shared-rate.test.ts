import { expect, test } from 'vitest';
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

/** Two runs, the second of them later; when both were at work, and how the rate stood then. */
async function twoRuns(bench: RunBench, job: object, laterMs: number) {
  let learned: number | undefined;
  let endedAt = Number.POSITIVE_INFINITY;
  const start = () =>
    alive(bench.start(job)).finally(() => {
      endedAt = Math.min(endedAt, bench.clock.now());
    });
  const first = start();
  await bench.clock.sleep(laterMs);
  const joinedAt = bench.clock.now() + JOINED_MS;
  const second = start();
  bench.clock.after(JOINED_MS, () => {
    learned = learnedRate(bench);
  });
  const ends = await Promise.all([first, second]);
  expect(ends).toMatchObject(ends.map(() => ({ state: 'finished', counts: { done: 1500 } })));
  return { learned, joinedAt, endedAt };
}

test('share: two runs together take no more than the rate that the first of them found', async () => {
  const bench = runBench({ files: 1500 });
  const { learned, joinedAt, endedAt } = await twoRuns(bench, INFO, 3000);
  expect(learned).toBeGreaterThan(10);
  const most = (learned! * WINDOW_MS) / 1000;
  expect(busiest(bench, joinedAt, endedAt)).toBeLessThanOrEqual(Math.ceil(most * 1.02));
});

test('share: where no rate was found yet, each finds its part by what the service refuses', async () => {
  const bench = runBench({ files: 1500, throttle: { perSecond: 30, burst: 30 } });
  const { joinedAt, endedAt } = await twoRuns(bench, INFO, 1);
  expect(busiest(bench, joinedAt, endedAt)).toBeLessThanOrEqual(1.2 * 30 * (WINDOW_MS / 1000));
  const refused = bench.emulator.requestCounts().filter(({ status }) => status === 429);
  expect(refused.reduce((sum, { count }) => sum + count, 0)).toBeLessThan(bench.sent.length / 10);
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
