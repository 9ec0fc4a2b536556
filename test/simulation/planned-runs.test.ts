// Tests src/run/planned-source.ts and src/engine/walk/insert-changed.ts.

import { expect, test } from 'vitest';
import { drawSchedule } from './schedule.ts';
import { simulate } from './simulate.ts';

const ITEMS = 8;

test.each([
  ['delete, by a plan', { done: ITEMS - 2, skipped: 2 }],
  ['cut out, by a plan', { done: ITEMS - 2, skipped: 2 }],
  ['delete, by a plan whose files are read one by one', { done: ITEMS - 2, skipped: 2 }],
])('whatever happens, a run does its plan, and nothing outside of it: %s', async (name, ends) => {
  const violations: string[] = [];
  for (let seed = 1; seed <= 25; seed += 1) {
    const result = await simulate({ ...drawSchedule(seed, name), items: ITEMS });
    violations.push(...result.violations.map((text) => `seed ${seed}: ${text}`));
  }
  expect(violations).toEqual([]);
  const quiet = { ...drawSchedule(1, name), items: ITEMS, mishaps: [], service: 'well' } as const;
  expect((await simulate({ ...quiet, throttle: null })).ends).toMatchObject(ends);
});
