import { describe, expect, test } from 'vitest';
import { createAdaptiveRate } from '../../../src/transport/adaptive-rate.ts';
import type { RateControl } from '../../../src/transport/rate-control.ts';
import { median } from '../../support/median.ts';
import { tokenBucket } from '../../support/rate-limits.ts';
import { playScenario, RATE_SCENARIOS, RISE, secondsToUse } from '../../support/rate-scenarios.ts';
import { seededRandom } from '../../support/seeded-random.ts';

const SEEDS = [1, 2, 3, 4, 5];
const LATENCY_MS = 50;

/** Lets the service accept requests at the current rate. */
function acceptFor(control: RateControl, ms: number, from = 0): number {
  let now = from;
  while (now < from + ms) {
    now += 1000 / control.rate();
    control.accepted({ sentAt: now - LATENCY_MS, now, latencyMs: LATENCY_MS });
  }
  return now;
}

const refuse = (control: RateControl, sentAt: number, now: number, retryAfterMs = 1000) =>
  control.throttled({ sentAt, now, latencyMs: LATENCY_MS }, retryAfterMs);

describe.each(RATE_SCENARIOS)('$name', (scenario) => {
  const { goal } = scenario;
  test(`at least ${goal.used} % of the limit are used, at most ${goal.refused} % of the answers are 429s`, () => {
    const figures = SEEDS.map((seed) => playScenario(scenario, seed));
    expect(median(figures.map(({ used }) => used))).toBeGreaterThanOrEqual(goal.used);
    expect(median(figures.map(({ refused }) => refused))).toBeLessThanOrEqual(goal.refused);
    expect(median(figures.map(({ smallestShare }) => smallestShare))).toBeGreaterThanOrEqual(40);
  });
});

test('a limit that rises is used after 8 s', () => {
  const scenario = RATE_SCENARIOS.find(({ name }) => name === RISE.scenario);
  if (scenario === undefined) throw new Error('The scenario is missing');
  const seconds = SEEDS.map((seed) => secondsToUse(playScenario(scenario, seed).result, RISE));
  expect(median(seconds)).toBeLessThanOrEqual(8);
});

test('a limit that changes every second is followed on average', () => {
  const rates = [20, 80, 40, 10, 60];
  const changing = (ms: number) => rates[Math.floor(ms / 1000) % rates.length] ?? 20;
  const limit = () => tokenBucket(changing, 20);
  const usual = { limit, latencyMs: [60, 120] as const, seconds: 120, fromSecond: 10 };
  const { used, refused } = playScenario(usual, 1);
  expect(used).toBeGreaterThan(50);
  expect(refused).toBeLessThan(15);
});

test('random limits: at least 93 % are used', () => {
  const random = seededRandom(20);
  for (let place = 0; place < 8; place += 1) {
    const rate = 3 * (1000 / 3) ** random();
    const burst = 2 + Math.floor(199 * random());
    const latency = 20 + 380 * random();
    const limit = () => tokenBucket(rate, burst);
    const latencyMs = [latency, latency] as const;
    const { used } = playScenario({ limit, latencyMs, seconds: 120, fromSecond: 10 }, place);
    expect(used, `${rate}/s, burst ${burst}, ${latency} ms`).toBeGreaterThanOrEqual(93);
  }
});

test('until the first 429 the rate doubles about each 0.6 s', () => {
  const control = createAdaptiveRate();
  acceptFor(control, 600);
  expect(control.rate()).toBeGreaterThan(17);
  expect(control.rate()).toBeLessThan(24);
});

test('the rest of a burst of 429s lowers the rate no further', () => {
  const control = createAdaptiveRate({ learned: 80 });
  refuse(control, 1000, 1100);
  const lowered = control.limit();
  refuse(control, 1010, 1110);
  refuse(control, 1090, 1200);
  expect(lowered).toBeLessThan(80);
  expect(control.limit()).toBe(lowered);
  refuse(control, 1150, 1250);
  expect(control.limit()).toBeLessThan(lowered);
});

test('one 429 lowers the rate by little', () => {
  const control = createAdaptiveRate({ learned: 50 });
  const now = acceptFor(control, 1000);
  refuse(control, now - LATENCY_MS, now);
  expect(control.limit()).toBeGreaterThan(45);
});

test('a long pause does not lower the limit that was measured before it', () => {
  const control = createAdaptiveRate({ learned: 50, max: 50 });
  const now = acceptFor(control, 12_000);
  refuse(control, now - LATENCY_MS, now, 900_000);
  expect(control.limit()).toBeGreaterThan(45);
});

test("the user's maximum holds, also below one request in 5 s", () => {
  expect(createAdaptiveRate({ max: 0.05 }).rate()).toBe(0.05);
});

test('a run that hardly sends does not talk itself into a high rate', () => {
  const control = createAdaptiveRate();
  for (let now = 0; now < 600_000; now += 10_000) {
    control.accepted({ sentAt: now, now: now + LATENCY_MS, latencyMs: LATENCY_MS });
  }
  expect(control.rate()).toBeLessThan(12);
});

test('a program that is too slow for the rate does not raise it further', () => {
  const control = createAdaptiveRate();
  // 500 requests per second in bursts of 20: most of them follow each other without a gap.
  for (let now = 0; now < 60_000; now += 40) {
    for (let request = 0; request < 20; request += 1) {
      control.accepted({ sentAt: now, now: now + 40, latencyMs: 40 });
    }
  }
  expect(control.rate()).toBeLessThan(2500);
  expect(control.limit()).toBeGreaterThan(400);
  expect(control.limit()).toBeLessThan(700);
});

test('the rate stays between one request in 5 s and the maximum of the user', () => {
  const control = createAdaptiveRate({ max: 30 });
  const end = acceptFor(control, 60_000);
  expect(control.rate()).toBe(30);
  for (let now = end + 1; now < end + 300_000; now += 1000) refuse(control, now, now);
  expect(control.rate()).toBe(0.2);
});

test('after ten minutes of 429s, the first accepted requests lead back to the limit', () => {
  const control = createAdaptiveRate({ learned: 50, max: 100 });
  for (let now = 0; now < 600_000; now += 5000) refuse(control, now, now);
  expect(control.rate()).toBe(0.2);
  acceptFor(control, 40_000, 600_000);
  expect(control.rate()).toBeGreaterThan(50);
});

test('a run that joins takes its part of the limit, and the others keep theirs', () => {
  const control = createAdaptiveRate({ learned: 60 });
  control.share({ runs: 2, fairRate: null, freedRate: 0 });
  expect(control.limit()).toBe(30);
  control.share({ runs: 3, fairRate: null, freedRate: 0 });
  expect(control.limit()).toBe(20);
  control.share({ runs: 3, fairRate: 20, freedRate: 0 });
  expect(control.limit()).toBe(20);
  control.share({ runs: 3, fairRate: 45, freedRate: 0 });
  expect(control.limit()).toBe(30);
});

test('a run takes its share of the part of a run that ended', () => {
  const control = createAdaptiveRate({ learned: 40 });
  control.share({ runs: 2, fairRate: null, freedRate: 0 });
  control.share({ runs: 1, fairRate: null, freedRate: 15 });
  expect(control.limit()).toBe(35);
});

describe('a limit is measured', () => {
  test('not by the first requests of a run, even if their answers arrive together', () => {
    const control = createAdaptiveRate();
    for (let sentAt = 0; sentAt < 800; sentAt += 100) {
      control.accepted({ sentAt, now: 800, latencyMs: 400 });
    }
    expect(control.isMeasured()).toBe(false);
  });

  test('not by a run that only began with the limit of another run', () => {
    const control = createAdaptiveRate({ learned: 50 });
    acceptFor(control, 500);
    expect(control.isMeasured()).toBe(false);
  });

  test('by a search that the service accepted', () => {
    const control = createAdaptiveRate();
    acceptFor(control, 2000);
    expect(control.limit()).toBeGreaterThan(20);
    expect(control.isMeasured()).toBe(true);
  });

  test('by a 429', () => {
    const control = createAdaptiveRate();
    refuse(control, 0, LATENCY_MS);
    expect(control.isMeasured()).toBe(true);
  });

  test('by a surplus that a probe proves', () => {
    const control = createAdaptiveRate({ learned: 50 });
    acceptFor(control, 10_000);
    expect(control.limit()).toBeGreaterThan(50);
    expect(control.isMeasured()).toBe(true);
  });
});
