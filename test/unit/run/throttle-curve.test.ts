import { expect, test } from 'vitest';
import type { RunSample } from '../../../src/core/run-sample.ts';
import { throttleCurve } from '../../../src/run/throttle-curve.ts';

function sample(at: number, requests: number, throttled: number): RunSample {
  const counts = { done: 0, skipped: 0, failed: 0, inDoubt: 0, waiting: 0 };
  return { at, rate: 1, closedMs: 0, requests, throttled, ...counts };
}

test('each part has the requests between its samples', () => {
  const samples = [sample(0, 1, 0), sample(5, 11, 2), sample(10, 12, 2)];
  expect(throttleCurve(samples)).toEqual([
    { at: 5, requests: 10, throttled: 2 },
    { at: 10, requests: 1, throttled: 0 },
  ]);
});

test('many samples become 30 parts, and no request is lost', () => {
  const samples = Array.from({ length: 4001 }, (_, n) => sample(n * 5, n * 10, n * 3));
  const curve = throttleCurve(samples);
  expect(curve).toHaveLength(30);
  expect(curve.reduce((sum, { requests }) => sum + requests, 0)).toBe(40_000);
  expect(curve.reduce((sum, { throttled }) => sum + throttled, 0)).toBe(12_000);
});

test('without a throttled request, or without samples, there is no curve', () => {
  expect(throttleCurve([])).toEqual([]);
  expect(throttleCurve([sample(0, 0, 0)])).toEqual([]);
  expect(throttleCurve([sample(0, 0, 0), sample(5, 10, 0)])).toEqual([]);
});
