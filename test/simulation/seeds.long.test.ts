import { expect, test } from 'vitest';
import { drawSchedule } from './schedule.ts';
import { simulate } from './simulate.ts';

const SCHEDULES = 250;
const GROUP = 50;

for (let first = 1; first <= SCHEDULES; first += GROUP) {
  test(`seeds ${first} to ${first + GROUP - 1}: no item is lost or repeated, every run ends`, async () => {
    const violations: string[] = [];
    for (let seed = first; seed < first + GROUP; seed += 1) {
      const result = await simulate(drawSchedule(seed));
      violations.push(...result.violations.map((text) => `seed ${seed}: ${text}`));
    }
    expect(violations).toEqual([]);
  });
}
