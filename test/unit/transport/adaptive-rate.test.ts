import { expect, test } from 'vitest';
import { createAdaptiveRate, type RateControl } from '../../../src/transport/adaptive-rate.ts';

/** Sends at the controlled rate for a while; `limit` is what the service lets through a second. */
function drive(control: RateControl, { ms, limit, from = 0 }: Record<string, number>) {
  let allowance = 1;
  let throttled = 0;
  let sent = 0;
  let now = from ?? 0;
  const end = now + (ms ?? 0);
  while (now < end) {
    const gap = 1000 / control.rate();
    now += gap;
    sent += 1;
    allowance = Math.min(10, allowance + (gap * (limit ?? 0)) / 1000);
    if (allowance >= 1) {
      allowance -= 1;
      control.accepted(now);
    } else {
      throttled += 1;
      control.throttled(now, now);
    }
  }
  return { throttled, sent };
}

test('until the first 429 the rate doubles every 1.5 s', () => {
  const control = createAdaptiveRate({ start: 10 });
  drive(control, { ms: 1600, limit: 10_000 });
  expect(control.rate()).toBeGreaterThan(18);
  expect(control.rate()).toBeLessThan(22);
});

test('a 429 halves the rate, and the rest of its burst does nothing more', () => {
  const control = createAdaptiveRate({ start: 80 });
  control.throttled(1000, 1100);
  control.throttled(1010, 1110);
  control.throttled(1090, 1200);
  expect(control.rate()).toBe(40);
});

test('only requests that were sent after the cut can cut again', () => {
  const control = createAdaptiveRate({ start: 80 });
  control.throttled(1000, 1100);
  control.throttled(1050, 5000);
  expect(control.rate()).toBe(40);
  control.throttled(4900, 5000);
  expect(control.rate()).toBe(20);
});

test('after a 429 the rate grows some 5 percent a second', () => {
  const control = createAdaptiveRate({ start: 100 });
  control.throttled(1, 1);
  drive(control, { ms: 10_000, limit: 10_000, from: 1 });
  expect(control.rate()).toBeGreaterThan(75);
  expect(control.rate()).toBeLessThan(85);
});

test('a run that hardly sends does not talk itself into a high rate', () => {
  const control = createAdaptiveRate({ start: 10 });
  for (let now = 0; now < 600_000; now += 10_000) control.accepted(now);
  expect(control.rate()).toBe(10);
});

test('the rate stays between one request in 5 s and its cap', () => {
  const control = createAdaptiveRate({ start: 10, max: 30 });
  drive(control, { ms: 60_000, limit: 10_000 });
  expect(control.rate()).toBe(30);
  for (let now = 100_000; now < 200_000; now += 1000) control.throttled(now, now);
  expect(control.rate()).toBe(0.2);
});

test('a slow run still finds its way up from a low rate', () => {
  const control = createAdaptiveRate({ start: 0.2 });
  for (let now = 0; now < 60_000; now += 5000) control.accepted(now);
  expect(control.rate()).toBeGreaterThan(0.2);
});

test('an unknown limit is found and hardly ever hit', () => {
  const control = createAdaptiveRate();
  drive(control, { ms: 30_000, limit: 50 });
  const steady = drive(control, { ms: 300_000, limit: 50, from: 30_000 });
  expect(steady.throttled / steady.sent).toBeLessThan(0.02);
  const accepted = steady.sent - steady.throttled;
  expect(accepted / 300).toBeGreaterThan(30);
});
