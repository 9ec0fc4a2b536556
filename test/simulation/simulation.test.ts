import { describe, expect, test } from 'vitest';
import { SCENARIOS, type Scenario } from './scenarios.ts';
import { simulate } from './simulate.ts';

const SCHEDULES = 300;
const GROUP = 50;

describe('seeded schedules of faults and deaths', () => {
  for (let first = 1; first <= SCHEDULES; first += GROUP) {
    test(`seeds ${first} to ${first + GROUP - 1}: nothing lost, nothing twice, every run ends`, async () => {
      const violations: string[] = [];
      for (let seed = first; seed < first + GROUP; seed += 1) {
        const result = await simulate(seed);
        violations.push(...result.violations.map((words) => `seed ${seed}: ${words}`));
      }
      expect(violations).toEqual([]);
    });
  }
});

test('the same seed gives the same schedule', async () => {
  const first = await simulate(5);
  const second = await simulate(5);
  expect(second).toEqual(first);
});

test('the simulation notices an operation that is repeated though nothing can tell what it did', async () => {
  const honest = SCENARIOS.find(({ isUndetectable }) => isUndetectable === true)!;
  const careless: Scenario = {
    ...honest,
    operations: (files) =>
      honest.operations!(files).map((operation) => ({
        ...operation,
        doubt: { class: 'idempotent' },
      })),
  };
  const violations: string[] = [];
  for (let seed = 1; seed <= 40; seed += 1) {
    violations.push(...(await simulate(seed, careless)).violations);
  }
  expect(violations.join('\n')).toContain('was sent 2 times');
});
