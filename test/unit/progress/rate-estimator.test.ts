import { expect, test } from 'vitest';
import { createRateEstimator, timeLeft } from '../../../src/progress/rate-estimator.ts';

test('a rate is growth over the window, whatever happened before it', () => {
  const rate = createRateEstimator(10_000);
  for (let second = 0; second <= 10; second += 1) rate.add(second * 1000, second * 1000);
  for (let second = 11; second <= 30; second += 1) rate.add(second * 1000, 10_000 + second * 5);
  expect(rate.perSecond(30_000)).toBeCloseTo(5, 0);
});

test('no rate is told before two seconds have passed', () => {
  const rate = createRateEstimator(10_000);
  rate.add(0, 0);
  rate.add(500, 100);
  expect(rate.perSecond(500)).toBeNull();
});

test('a pause brings the rate down', () => {
  const rate = createRateEstimator(10_000);
  rate.add(0, 0);
  rate.add(5000, 100);
  expect(rate.perSecond(20_000)).toBeCloseTo(5);
});

test('samples that come too close together are not kept', () => {
  const rate = createRateEstimator(12_000);
  for (let ms = 0; ms <= 100_000; ms += 1) rate.add(ms, ms);
  expect(rate.perSecond(100_000)).toBeCloseTo(1000, -1);
});

test('nothing left takes no time, and without a rate nobody knows', () => {
  expect(timeLeft(0, null)).toBe(0);
  expect(timeLeft(10, null)).toBeNull();
  expect(timeLeft(10, 0)).toBeNull();
  expect(timeLeft(10, 2)).toBe(5000);
});
