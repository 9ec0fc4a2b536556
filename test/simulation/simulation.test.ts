// Tests src/engine/failure/lost-answer.ts.

import { describe, expect, test } from 'vitest';
import { DIRECTED } from './directed.ts';
import { BUCKET_SCENARIOS, type Scenario, scenarioOf } from './scenarios.ts';
import { drawSchedule, type Schedule } from './schedule.ts';
import { shrink } from './shrink.ts';
import { simulate } from './simulate.ts';

/** An operation that repeats a request although nothing can show whether the first one had an effect. */
const CARELESS: Scenario = {
  ...scenarioOf('toy: undetectable'),
  operations: (files) =>
    (scenarioOf('toy: undetectable').operations?.(files) ?? []).map((operation) => ({
      ...operation,
      doubt: { class: 'idempotent' },
    })),
};

describe('directed schedules', () => {
  // `$name` would cut long names, and then `-t` could not select one of them.
  test.each(DIRECTED.map((directed) => [directed.name, directed] as const))(
    '%s',
    async (_, directed) => {
      const { schedule, ends } = directed;
      const result = await simulate(schedule);

      expect(result.violations).toEqual([]);
      expect(result.ends).toMatchObject(ends ?? { done: schedule.items });
    },
  );
});

// Seeds draw no bucket, so that the schedule of each seed stays as it is.
test.each(BUCKET_SCENARIOS.map(({ name }) => name))(
  'whatever happens, nothing is lost or done twice: %s',
  async (name) => {
    for (let seed = 1; seed <= 8; seed += 1) {
      const { violations } = await simulate(drawSchedule(seed, name));
      expect([seed, violations]).toEqual([seed, []]);
    }
  },
);

test('the same seed gives the same schedule and the same end', async () => {
  expect(drawSchedule(5)).toEqual(drawSchedule(5));
  expect(await simulate(drawSchedule(5))).toEqual(await simulate(drawSchedule(5)));
});

test('the simulation detects a repeat of an operation whose effect nothing can show', async () => {
  const found: string[] = [];
  for (let seed = 1; seed <= 20; seed += 1) {
    const schedule = { ...drawSchedule(seed, 'toy: undetectable'), resolve: null };
    found.push(...(await simulate(schedule, { scenario: CARELESS })).violations);
  }
  expect(found.join('\n')).toContain('undetectableIsSentOnce');
});

test('a failing schedule shrinks to its cause', async () => {
  const mishaps: Schedule['mishaps'] = [
    { kind: 'fault', request: 3, fault: 'throttled' },
    { kind: 'fault', request: 5, fault: 'reset-after-effect', times: 3 },
    { kind: 'sudden-death', life: 2, afterMs: 4000 },
  ];
  const long = { ...drawSchedule(1, 'toy: undetectable'), items: 8, concurrency: 3, mishaps };
  const shortest = await shrink({ ...long, resolve: null }, async (candidate) => {
    const { violations } = await simulate(candidate, { scenario: CARELESS });
    return violations.some((words) => words.startsWith('undetectableIsSentOnce'));
  });
  expect(shortest.mishaps).toHaveLength(1);
  expect(shortest.mishaps[0]).toMatchObject({ fault: 'reset-after-effect' });
  expect(shortest.concurrency).toBe(1);
});
