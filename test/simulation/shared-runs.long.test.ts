import { expect, test } from 'vitest';
import { playSharedRuns } from './shared-runs.ts';

const SEEDS = 60;
const GROUP = 20;

for (let first = 1; first <= SEEDS; first += GROUP) {
  test(`runs that share a project, seeds ${first} to ${first + GROUP - 1}: nothing is paid twice, every item ends`, async () => {
    const violations: string[] = [];
    for (let seed = first; seed < first + GROUP; seed += 1) {
      const found = await playSharedRuns(seed);
      violations.push(...found.map((words) => `seed ${seed}: ${words}`));
    }
    expect(violations).toEqual([]);
  });
}
