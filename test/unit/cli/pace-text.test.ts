import { expect, test } from 'vitest';
import { formatPace, formatTimeLeft } from '../../../src/cli/pace-text.ts';

const hour = 3_600_000;

test.each([
  [2 * hour, 11, 300_000, 'about 2 h at 11 items/s over the last 5 minutes'],
  [40_000, 2.34, 5000, 'about 40 s at 2.3 items/s over the last 5 seconds'],
  [20 * 60_000, 1234.5, 119_000, 'about 20 min at 1,235 items/s over the last 119 seconds'],
  [100 * hour, 0.5, 120_000, 'about 4 days at 0.5 items/s over the last 2 minutes'],
])('the time left has its basis: %i ms', (ms, itemsPerSecond, overMs, text) => {
  expect(formatTimeLeft({ timeLeft: { ms, itemsPerSecond, overMs } })).toBe(text);
});

test('the rates are those of items and requests', () => {
  const pace = { itemsPerSecond: 11.4, requestsPerSecond: 0.06, overMs: 15_000 };
  expect(formatPace({ pace })).toBe('11 items/s, 0.1 requests/s');
  expect(formatPace({ pace: null })).toBe('');
  expect(formatTimeLeft({ timeLeft: null })).toBe('');
});
