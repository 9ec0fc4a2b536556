import { expect, test } from 'vitest';
import { type KilledRunOptions, killedRun } from './killed-run.ts';

const RUNS: readonly KilledRunOptions[] = [
  { operation: 'delete', files: 20_000, kills: 20, seed: 1 },
  { operation: 'store', files: 5000, kills: 4, seed: 2 },
  { operation: 'copy', files: 300, kills: 4, seed: 3 },
];

test.each(RUNS)(
  '$operation of $files files, killed $kills times, has the result of an uninterrupted run',
  async (options) => {
    const unkilled = await killedRun({ ...options, kills: 0 });
    const killed = await killedRun(options);
    expect(killed.violations).toEqual([]);
    expect(killed.kills).toBe(options.kills);
    expect(killed.items).toBe(unkilled.items);
    expect(killed.outcomes).toEqual(unkilled.outcomes);
    expect(killed.service).toEqual(unkilled.service);
  },
);
