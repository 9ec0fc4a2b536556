// Tests src/engine/walk/trim-selection.ts.

import { expect, test } from 'vitest';
import { drawSchedule } from './schedule.ts';
import { simulate } from './simulate.ts';

test.each([
  'delete, of the first eight files',
  'cut out, of the first eight files of a list that repeats them',
])(
  'whatever happens, a run has as many items as its limit, and does each once: %s',
  async (name) => {
    const violations: string[] = [];
    for (let seed = 1; seed <= 25; seed += 1) {
      const result = await simulate({ ...drawSchedule(seed, name), items: 8 });
      violations.push(...result.violations.map((text) => `seed ${seed}: ${text}`));
    }
    expect(violations).toEqual([]);
  },
);

test.each(['delete, with a canary', 'cut out and store, with a canary'])(
  'whatever happens, a canary holds back the other items until the yes, and is done once: %s',
  async (name) => {
    const violations: string[] = [];
    for (let seed = 1; seed <= 25; seed += 1) {
      const result = await simulate(drawSchedule(seed, name));
      violations.push(...result.violations.map((text) => `seed ${seed}: ${text}`));
    }
    expect(violations).toEqual([]);
  },
);

test('whatever happens, a run counts no less than it costs: cut out and store, by prices', async () => {
  const violations: string[] = [];
  for (let seed = 1; seed <= 40; seed += 1) {
    const result = await simulate(drawSchedule(seed, 'cut out and store, by prices'));
    violations.push(...result.violations.map((text) => `seed ${seed}: ${text}`));
  }
  expect(violations).toEqual([]);
});
