import { expect, test } from 'vitest';
import { alive, runBench } from '../support/run-bench.ts';
import { CALM_FLEET } from '../support/simulated-fleet.ts';

const RATE = 25;
const FILES = 900;
const KILLED_AFTER_S = 8;
/** Until after the time at which the coordinator gives up the calls of the dead worker. */
const WATCHED_S = 26;

test('two seconds after the death of one of three workers, the rate is at least 90 % of what it was', async () => {
  const bench = runBench({ files: FILES });
  const start = bench.clock.now();
  const atMs = KILLED_AFTER_S * 1000;
  const events = [{ kind: 'kill', atMs, worker: 0, forMs: 3_600_000 }] as const;
  const end = await alive(
    bench.start(
      { source: { files: {} }, steps: [{ uses: 'metadata', with: { set: { a: 'b' } } }] },
      {
        rate: RATE,
        concurrency: 50,
        fleetTrouble: { ...CALM_FLEET, workers: 3, concurrency: 4, events },
      },
    ),
  );
  expect(end.counts).toMatchObject({ done: FILES });
  const perSecond = (from: number, to: number) => {
    const isBetween = ({ at }: { at: number }) =>
      at >= start + from * 1000 && at < start + to * 1000;
    return bench.mutations.filter(isBetween).length / (to - from);
  };
  const before = perSecond(KILLED_AFTER_S - 4, KILLED_AFTER_S);
  const after = [];
  for (let second = 2; second < WATCHED_S; second += 2) {
    after.push(perSecond(KILLED_AFTER_S + second, KILLED_AFTER_S + second + 2));
  }
  expect(before).toBeGreaterThan(0.9 * RATE);
  expect(Math.min(...after)).toBeGreaterThanOrEqual(0.9 * before);
});
