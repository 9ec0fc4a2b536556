// Tests src/engine/sweep.ts and src/run/find-sweep-items.ts.

import { expect, test } from 'vitest';
import { CRASH_POINTS } from '../../src/core/world.ts';
import { drawSchedule, type Mishap } from './schedule.ts';
import { simulate } from './simulate.ts';

const ITEMS = 8;
/** After the first request, the service has done nothing to some files, and has reported a problem for others. */
const NAMES = [
  'store, with sweeps',
  'delete, with sweeps',
  'cut out and store, with sweeps',
  'store and copy, with sweeps',
];

/** Runs a scenario with these mishaps and no others. Returns the violations. */
async function violationsOf(name: string, mishaps: readonly Mishap[]): Promise<string[]> {
  const quiet = { items: ITEMS, service: 'well', throttle: null, resolve: null } as const;
  const result = await simulate({ ...drawSchedule(1, name), ...quiet, mishaps });
  const ends = result.ends['done'] === ITEMS ? [] : [JSON.stringify(result.ends)];
  return [...result.violations, ...ends].map((text) => `${JSON.stringify(mishaps)}: ${text}`);
}

test.each(NAMES)('whatever happens, sweeps lose nothing and do nothing twice: %s', async (name) => {
  const violations: string[] = [];
  for (let seed = 1; seed <= 15; seed += 1) {
    const result = await simulate(drawSchedule(seed, name));
    violations.push(...result.violations.map((text) => `seed ${seed}: ${text}`));
  }
  expect(violations).toEqual([]);
});

test.each(NAMES.filter((name) => !name.startsWith('cut out')))(
  'killed at any point before, in or after a sweep: %s',
  async (name) => {
    const violations: string[] = [];
    for (const point of CRASH_POINTS) {
      for (const hit of [1, 2, 4]) {
        violations.push(...(await violationsOf(name, [{ kind: 'death', life: 1, point, hit }])));
      }
    }
    expect(violations).toEqual([]);
  },
);

test.each(NAMES)(
  'stopped at any request, a run still makes the comparison that it owes: %s',
  async (name) => {
    const violations: string[] = [];
    for (let request = 2; request <= 30; request += 1) {
      // An item that a stop at once leaves undecided may be in doubt.
      const how = request % 2 === 0 || name.startsWith('cut out') ? 'drain' : 'abort';
      const again: Mishap = { kind: 'stop', request: request + 2, how };
      violations.push(...(await violationsOf(name, [{ kind: 'stop', request, how }, again])));
    }
    expect(violations).toEqual([]);
  },
);
