import { expect, test } from 'vitest';
import { playRetries } from './retry-runs.ts';

const SEEDS = 80;
const GROUP = 20;

for (let first = 1; first <= SEEDS; first += GROUP) {
  test(`retried runs, seeds ${first} to ${first + GROUP - 1}: nothing is lost, done twice or paid without a yes`, async () => {
    const violations: string[] = [];
    for (let seed = first; seed < first + GROUP; seed += 1) {
      const found = await playRetries(seed);
      violations.push(...found.map((words) => `seed ${seed}: ${words}`));
    }
    expect(violations).toEqual([]);
  });
}
