// Tests src/engine/service-state/circuit-breaker.ts.

import { expect, test } from 'vitest';
import type { RunEvent } from '../../../../src/engine/run-events.ts';
import { outageOf } from '../../../support/engine-bench.ts';

const MINUTE = 60_000;

function timedOutage(steps = 1) {
  const time = { now: 0 };
  const events: RunEvent[] = [];
  const outage = outageOf(steps, {
    monotonic: () => time.now,
    listener: (event) => void events.push(event),
  });
  const fail = (step: number, ...chunks: number[]) => {
    for (const chunk of chunks) outage.failed(step, chunk);
  };
  return { time, events, outage, fail };
}

test('one item that fails again and again is no outage', () => {
  const { time, outage, fail } = timedOutage();
  for (let minute = 0; minute < 20; minute += 1) {
    time.now = minute * MINUTE;
    fail(0, 7);
  }
  expect(outage.of(0).isOpen).toBe(false);
  expect(outage.of(0).allowance(100)).toBe(100);
  expect(outage.isHopeless).toBe(false);
});

test('three chunks in a row open the breaker: nothing goes, then one item as the probe', () => {
  const { time, outage, fail } = timedOutage();
  fail(0, 1, 101, 201);
  const breaker = outage.of(0);

  expect(breaker.allowance(100)).toBe(0);
  expect(breaker.holdsBack([{ seq: 301 }])).toBe(true);
  time.now = 5000;
  expect(breaker.allowance(100)).toBe(1);
  breaker.claimed([{ seq: 5 }]);
  expect(breaker.allowance(100)).toBe(0);
  expect(breaker.holdsBack([{ seq: 5 }])).toBe(false);
  expect(breaker.holdsBack([{ seq: 301 }])).toBe(true);
});

test('a probe that fails doubles the pause, up to a minute; late failures of others do not', () => {
  const { time, events, outage, fail } = timedOutage();
  fail(0, 1, 101, 201, 301, 401);
  const breaker = outage.of(0);
  for (let look = 0; look < 5; look += 1) {
    time.now += breaker.pauseLeftMs();
    breaker.claimed([{ seq: 1 }]);
    fail(0, 1);
  }
  const pauses = events.flatMap((event) =>
    event.kind === 'breaker-open' ? [event.nextLookMs] : [],
  );
  expect(pauses).toEqual([5000, 10_000, 20_000, 40_000, 60_000, 60_000]);
});

test('the first answer closes it, and says so', () => {
  const { events, outage, fail } = timedOutage();
  fail(0, 1, 101, 201);
  outage.answered(0);
  expect(outage.of(0).allowance(100)).toBe(100);
  expect(events.map(({ kind }) => kind)).toEqual([
    'waiting',
    'breaker-open',
    'waiting',
    'breaker-closed',
  ]);
});

test('a probe that was never sent is not waited for', () => {
  const { time, outage, fail } = timedOutage();
  fail(0, 1, 101, 201);
  const breaker = outage.of(0);
  time.now = 5000;
  breaker.claimed([{ seq: 5 }]);
  breaker.probeEnded([{ seq: 6 }]);
  expect(breaker.isProbing).toBe(true);
  breaker.probeEnded([{ seq: 5 }]);
  expect(breaker.isProbing).toBe(false);
  expect(breaker.pauseLeftMs()).toBe(10_000);
});

test('a step whose endpoint fails does not hold the others', () => {
  const { outage, fail } = timedOutage(2);
  fail(0, 1, 101, 201);
  expect(outage.of(1).allowance(100)).toBe(100);
  outage.answered(1);
  expect(outage.of(0).isOpen).toBe(true);
});

test('five minutes of nothing are enough; anything that gets done is something', () => {
  const { time, outage, fail } = timedOutage(2);
  time.now = 1000;
  fail(0, 1, 101, 201);
  time.now = 5 * MINUTE + 999;
  expect(outage.isHopeless).toBe(false);
  time.now += 1;
  expect(outage.isHopeless).toBe(true);
  outage.answered(1);
  expect(outage.isHopeless).toBe(false);
});
