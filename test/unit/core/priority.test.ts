import fc from 'fast-check';
import { expect, test } from 'vitest';
import { priorityWeight, shareOfFirst } from '../../../src/core/priority.ts';

test('shares are proportional to the weights', () => {
  expect(shareOfFirst([2])).toBe(1);
  expect(shareOfFirst([2, 2])).toBe(0.5);
  expect(shareOfFirst([priorityWeight('high'), priorityWeight('low')])).toBe(0.8);
  expect(shareOfFirst([1, 2, 4, 1])).toBe(0.125);
});

test('no run gets less than a quarter of an equal part', () => {
  expect(shareOfFirst([1, 100])).toBe(0.125);
  expect(shareOfFirst([100, 1])).toBe(0.875);
  expect(shareOfFirst([1, 100, 100, 100])).toBe(1 / 16);
});

test('the shares of all runs are the whole limit', () => {
  const weights = fc.array(fc.double({ min: 1, max: 100, noNaN: true }), {
    minLength: 1,
    maxLength: 12,
  });
  fc.assert(
    fc.property(weights, (all) => {
      const shares = all.map((weight, place) =>
        shareOfFirst([weight, ...all.slice(0, place), ...all.slice(place + 1)]),
      );
      expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9);
      const least = 0.25 / all.length;
      for (const share of shares) expect(share).toBeGreaterThanOrEqual(least - 1e-12);
    }),
  );
});
