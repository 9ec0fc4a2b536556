import fc from 'fast-check';
import { expect, test } from 'vitest';
import { attemptDelay } from '../../src/engine/attempt-delay.ts';
import { pollDelay } from '../../src/engine/poll-delay.ts';

const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

test('a delay between attempts is whole, at most a minute, and at most doubles from half a second', () => {
  fc.assert(
    fc.property(fc.nat(40), chance, (attempts, random) => {
      const delay = attemptDelay(attempts, () => random);
      expect(Number.isInteger(delay)).toBe(true);
      expect(delay).toBeGreaterThanOrEqual(0);
      expect(delay).toBeLessThanOrEqual(Math.min(60_000, 500 * 2 ** attempts));
    }),
  );
});

test('delays spread over the whole of their range', () => {
  const delays = [0, 0.25, 0.5, 0.999].map((random) => attemptDelay(3, () => random));
  expect(delays).toEqual([0, 1000, 2000, 3996]);
});

test('a delay between polls is whole ms, never shrinks, and stays below its cap', () => {
  const schedule = fc.record({
    firstMs: fc.integer({ min: 1, max: 60_000 }),
    maxMs: fc.integer({ min: 1000, max: 600_000 }),
  });
  fc.assert(
    fc.property(schedule, fc.nat(60), (times, polls) => {
      const delay = pollDelay(times, polls);
      expect(Number.isInteger(delay)).toBe(true);
      expect(delay).toBeLessThanOrEqual(times.maxMs);
      expect(pollDelay(times, polls + 1)).toBeGreaterThanOrEqual(delay);
    }),
  );
});
