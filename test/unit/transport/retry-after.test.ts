import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pauseAfter, retryAfterMs } from '../../../src/transport/retry-after.ts';

const NOW = Date.UTC(2026, 0, 1);

test.each([
  ['10', 10_000],
  [' 10 ', 10_000],
  ['0', 1000],
  ['1.5', 1500],
  ['86400', 900_000],
  ['86401', null],
  ['1000000000', null],
  ['9'.repeat(400), null],
  ['soon', null],
  ['', null],
  ['-5', null],
])('Retry-After "%s" is a wait of %s ms', (text, ms) => {
  expect(retryAfterMs({ 'retry-after': text }, NOW)).toBe(ms);
});

test('an answer without the header names no wait', () => {
  expect(retryAfterMs({}, NOW)).toBeNull();
});

test('the old header of the Upload API counts too', () => {
  expect(retryAfterMs({ 'x-throttle-wait-seconds': '3' }, NOW)).toBe(3000);
});

test("a date is taken against the answer's own date, whatever our clock says", () => {
  const headers = {
    'retry-after': 'Wed, 21 Oct 2015 07:28:30 GMT',
    date: 'Wed, 21 Oct 2015 07:28:00 GMT',
  };
  expect(retryAfterMs(headers, NOW)).toBe(30_000);
});

test('a date is taken against the server clock where the answer has none', () => {
  expect(retryAfterMs({ 'retry-after': new Date(NOW + 60_000).toUTCString() }, NOW)).toBe(60_000);
});

test('a date that is over names no wait', () => {
  expect(retryAfterMs({ 'retry-after': new Date(NOW - 60_000).toUTCString() }, NOW)).toBeNull();
});

test('a date of another day names no wait', () => {
  const after = new Date(NOW + 25 * 3_600_000).toUTCString();
  expect(retryAfterMs({ 'retry-after': after }, NOW)).toBeNull();
});

test.each(['-1', 'soon', '1000000000', 'Thu, 01 Jan 2015 00:00:00 GMT'])(
  'a 429 with Retry-After "%s" is a pause of 1 s',
  (text) => {
    expect(pauseAfter('throttled', { 'retry-after': text }, NOW)).toBe(1000);
  },
);

test('whatever the headers are, a wait is 1 s to 15 min', () => {
  const text = fc.oneof(fc.string(), fc.nat().map(String), fc.date().map(String));
  fc.assert(
    fc.property(text, fc.option(text, { nil: undefined }), fc.integer(), (after, date, now) => {
      const headers = { 'retry-after': after, ...(date === undefined ? {} : { date }) };
      const ms = retryAfterMs(headers, now);
      if (ms === null) return;
      expect(ms).toBeGreaterThanOrEqual(1000);
      expect(ms).toBeLessThanOrEqual(900_000);
    }),
  );
});
