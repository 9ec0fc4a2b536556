// Tests src/engine/service-state/duration-table.ts and src/engine/service-state/job-durations.ts.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  DurationTable,
  parseLearnedDurations,
} from '../../src/engine/service-state/duration-table.ts';
import { JobDurations, pollDelay } from '../../src/engine/service-state/job-durations.ts';
import { newDurations } from '../support/engine-bench.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { logNormal, pollAsLearned, pollAtInterval } from '../support/simulated-jobs.ts';

const JOBS = 500;
const age = fc.integer({ min: 0, max: 48 * 3_600_000 });
const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

function drawn(count: number, next: () => number): number[] {
  return Array.from({ length: count }, next);
}

test('a delay is whole, grows with the age of the job, and is a quarter of an hour at most', () => {
  const seen = fc.array(fc.tuple(age, age, fc.boolean()), { maxLength: 60 });
  fc.assert(
    fc.property(seen, fc.integer({ min: 1, max: 1e7 }), age, chance, (polls, typical, at, roll) => {
      const table = new DurationTable(typical);
      for (const [one, other, isRunning] of polls) {
        const span = [Math.min(one, other), Math.max(one, other)] as const;
        if (isRunning) table.ran(...span);
        else table.ended(...span);
      }
      const delay = pollDelay(table, at, () => roll);
      expect(Number.isInteger(delay)).toBe(true);
      expect(delay).toBeGreaterThanOrEqual(Math.min(900_000, Math.max(250, at * 0.0999)));
      expect(delay).toBeLessThanOrEqual(900_000);
    }),
  );
});

test.each([
  { medianMs: 8000, typicalMs: 8000 },
  { medianMs: 60_000, typicalMs: 8000 },
  { medianMs: 60_000, typicalMs: 30_000 },
  { medianMs: 8000, typicalMs: 30_000 },
])(
  'jobs of $medianMs ms, taken for ones of $typicalMs ms: a third of the polls of half-second polling, noticed within 20 %',
  ({ medianMs, typicalMs }) => {
    for (const seed of [1, 2, 3]) {
      const durations = drawn(JOBS, logNormal(medianMs, 0.5, seed));
      const learned = pollAsLearned(durations, newDurations(seededRandom(seed)), {
        name: 'test',
        typicalMs,
      });
      const fixed = pollAtInterval(durations, 500);
      expect(learned.pollsPerJob).toBeLessThanOrEqual(fixed.pollsPerJob / 3);
      expect(learned.relativeDelay).toBeLessThanOrEqual(0.2);
    }
  },
);

test('once learned: under five and a half polls a job and less than 16 % late, whatever the median', () => {
  for (const medianMs of [2000, 8000, 60_000, 600_000]) {
    const durations = newDurations(seededRandom(7));
    const next = logNormal(medianMs, 0.5, 7);
    pollAsLearned(drawn(JOBS, next), durations);
    const { pollsPerJob, relativeDelay } = pollAsLearned(drawn(JOBS, next), durations);
    expect(pollsPerJob).toBeLessThan(5.5);
    expect(relativeDelay).toBeLessThan(0.16);
  }
});

test('a service that has become ten times as fast, or as slow, is noticed within 300 jobs', () => {
  for (const [before, after] of [
    [60_000, 6000],
    [6000, 60_000],
  ] as const) {
    const durations = newDurations(seededRandom(3));
    pollAsLearned(drawn(1000, logNormal(before, 0.5)), durations);
    pollAsLearned(drawn(300, logNormal(after, 0.5, 2)), durations);
    const { pollsPerJob, relativeDelay } = pollAsLearned(
      drawn(300, logNormal(after, 0.5, 3)),
      durations,
    );
    expect(relativeDelay).toBeLessThan(0.25);
    expect(pollsPerJob).toBeLessThan(9);
  }
});

test('jobs that are still open count: the first ends are of the short ones, and mislead nobody', () => {
  const next = logNormal(60_000, 0.5, 5);
  const table = new DurationTable(8000);
  // A thousand begun together, looked at every second until a tenth of them has ended.
  const open = drawn(1000, next).sort((one, other) => one - other);
  const until = open[100]!;
  for (let at = 1000; at <= until; at += 1000) {
    for (const duration of open) {
      if (duration >= at) table.ran(at - 1000, at);
      else if (duration >= at - 1000) table.ended(at - 1000, at);
    }
  }
  const shortOnes = new DurationTable(8000);
  for (const duration of open.slice(0, 100)) shortOnes.ended(duration - 500, duration + 500);

  const atTheirEnd = (one: DurationTable) => pollDelay(one, until, () => 0.5);
  expect(atTheirEnd(table)).toBeGreaterThan(1.5 * atTheirEnd(shortOnes));
});

test('what was learned is kept for the next run, during the run and at its end', () => {
  const kept = new Map<string, unknown>();
  const store = {
    learned: (kind: string) =>
      kept.has(kind) ? parseLearnedDurations(JSON.parse(JSON.stringify(kept.get(kind)))) : null,
    keep: (kind: string, learned: unknown) => void kept.set(kind, learned),
  };
  const next = logNormal(60_000, 0.5, 9);
  const first = new JobDurations(store, seededRandom(1));
  pollAsLearned(drawn(40, next), first);
  expect(kept.size).toBe(0);
  pollAsLearned(drawn(20, next), first);
  expect(kept.size).toBe(1);
  pollAsLearned(drawn(240, next), first);
  first.keep();

  const second = new JobDurations(store, seededRandom(2));
  const ages = [0, 30_000, 60_000, 120_000];
  const delays = (from: JobDurations) =>
    ages.map((at) => from.pollDelay({ name: 'test', typicalMs: 8000 }, at));
  expect(delays(second)[0]).toBeGreaterThan(15_000);
  expect(pollAsLearned(drawn(100, next), second).pollsPerJob).toBeLessThan(5.5);
});

test.each([null, [], {}, { ended: [1], exposed: [1] }, { ended: 'x', exposed: [] }])(
  'what is no table of today is learned anew: %j',
  (value) => {
    expect(parseLearnedDurations(value as never)).toBeNull();
  },
);
