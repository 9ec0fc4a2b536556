import fc from 'fast-check';
import { expect, test } from 'vitest';
import { backoffDelay } from '../../src/core/backoff.ts';

const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

test('a delay between attempts is whole, at most a minute, and at most doubles from half a second', () => {
  fc.assert(
    fc.property(fc.nat(40), chance, (attempts, random) => {
      const delay = backoffDelay(attempts + 1, () => random);
      expect(Number.isInteger(delay)).toBe(true);
      expect(delay).toBeGreaterThanOrEqual(0);
      expect(delay).toBeLessThanOrEqual(Math.min(60_000, 500 * 2 ** attempts));
    }),
  );
});

test('delays spread over the whole of their range', () => {
  const delays = [0, 0.25, 0.5, 0.999].map((random) => backoffDelay(4, () => random));
  expect(delays).toEqual([0, 1000, 2000, 3996]);
});
