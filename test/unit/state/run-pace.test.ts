import { expect, test } from 'vitest';
import type { RunSample } from '../../../src/core/run-sample.ts';
import { stateCounts } from '../../../src/core/state-counts.ts';
import { measurePace } from '../../../src/state/run-pace.ts';

function sample(at: number, done: number, requests = done): RunSample {
  const none = { throttled: 0, closedMs: 0, skipped: 0, failed: 0, inDoubt: 0, waiting: 0 };
  return { at, rate: 10, requests, done, ...none };
}

/** A run that finishes so many items per second, with a sample every 5 s. */
function steady(perSecond: number, seconds: number): RunSample[] {
  return Array.from({ length: seconds / 5 + 1 }, (_, place) =>
    sample(place * 5000, place * 5 * perSecond, place * 10 * perSecond),
  );
}

const counts = stateCounts({ done: 1000, pending: 990, 'in-doubt': 10 });
const run = { now: 100_000, isWorking: true, walkFinished: true, counts, since: 0 };

test('the rate now is that of the last 15 s, and the time left that of the last minutes', () => {
  const samples = [...steady(10, 60), sample(65_000, 700), sample(75_000, 800)];
  const { pace, timeLeft } = measurePace(samples, { ...run, now: 76_000 });
  expect(pace).toMatchObject({ itemsPerSecond: 200 / 15, overMs: 15_000 });
  expect(timeLeft).toMatchObject({ overMs: 75_000, itemsPerSecond: 800 / 75 });
  expect(timeLeft?.ms).toBe(Math.round((990 / (800 / 75)) * 1000));
});

test('between two samples the numbers are on a line, so a rest before does not hide the work after', () => {
  // Nothing happened from 5 s to 100 s, so only these two samples were kept.
  const samples = [sample(5000, 100), sample(100_000, 100), sample(105_000, 200)];
  const { pace } = measurePace(samples, { ...run, now: 105_000 });
  expect(pace?.itemsPerSecond).toBeCloseTo(100 / 15);
});

test.each([
  ['no process works on the run', { isWorking: false }],
  ['the last sample is old', { now: 200_000 }],
  ['the process has just begun', { since: 59_000 }],
])('there is no rate and no time left if %s', (_, change) => {
  const result = measurePace(steady(10, 60), { ...run, now: 61_000, ...change });
  expect(result).toMatchObject({ pace: null, timeLeft: null });
});

test('there is no time left while the source is listed, and none without progress', () => {
  const listing = measurePace(steady(10, 60), { ...run, now: 61_000, walkFinished: false });
  expect(listing.pace).not.toBeNull();
  expect(listing.timeLeft).toBeNull();
  const still = measurePace([sample(0, 5), sample(60_000, 5)], { ...run, now: 61_000 });
  expect(still).toMatchObject({ pace: { itemsPerSecond: 0 }, timeLeft: null, lastActivityAt: 0 });
});

test('the last activity is the last change', () => {
  const samples = [sample(0, 0), sample(5000, 9), sample(90_000, 9)];
  expect(measurePace(samples, run).lastActivityAt).toBe(5000);
  expect(measurePace([...samples, sample(95_000, 9, 10)], run).lastActivityAt).toBe(95_000);
  expect(measurePace([], run).lastActivityAt).toBeNull();
});
