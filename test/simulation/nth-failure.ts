import { CRASH_POINTS } from '../../src/core/world.ts';
import { NETWORK_FAULTS } from '../support/wire-faults.ts';
import type { Mishap, Schedule } from './schedule.ts';
import { simulate } from './simulate.ts';
import { count, emptyTally, type Tally } from './tally.ts';

/** A use to fail, such as a request or a write. */
export interface NthFailure {
  readonly name: string;
  readonly at: (n: number) => Mishap;
}

/** More than the number of uses in any tested run. */
const MAX_N = 400;

/** The uses that can fail: requests (once, and six times in a row), ledger writes, files, the process. */
export const NTH_FAILURES: readonly NthFailure[] = [
  ...NETWORK_FAULTS.flatMap((fault): NthFailure[] => [
    { name: fault, at: (request) => ({ kind: 'fault', request, fault }) },
    { name: `${fault}, 6 times`, at: (request) => ({ kind: 'fault', request, fault, times: 6 }) },
  ]),
  { name: 'disk-full', at: (write) => ({ kind: 'disk-full', write }) },
  { name: 'slow-disk', at: (write) => ({ kind: 'slow-disk', write, times: 1, ms: 14_000 }) },
  {
    name: 'slow-disk, 6 times',
    at: (write) => ({ kind: 'slow-disk', write, times: 6, ms: 11_000 }),
  },
  ...(['EIO', 'ENOSPC', 'EACCES'] as const).map(
    (code): NthFailure => ({ name: code, at: (use) => ({ kind: 'file-error', use, code }) }),
  ),
  ...CRASH_POINTS.map(
    (point): NthFailure => ({
      name: `death at ${point}`,
      at: (hit) => ({ kind: 'death', life: 1, point, hit }),
    }),
  ),
];

/**
 * Fails the n-th use, n = 1, 2, 3 …, until a run has no n-th one (as SQLite tests itself).
 * `stride` skips some: n = first, first + stride …
 */
export async function failNth(
  failure: NthFailure,
  quiet: Schedule,
  sample: { first: number; stride: number } = { first: 1, stride: 1 },
): Promise<Tally> {
  const tally = emptyTally();
  for (let n = sample.first; n <= MAX_N; n += sample.stride) {
    const schedule = { ...quiet, mishaps: [failure.at(n)] };
    const result = await simulate(schedule);
    count(tally, schedule, result);
    if (Object.keys(result.mishaps).length === 0) break;
  }
  return tally;
}

/** A small run of a scenario without mishaps. */
export function quietSchedule(scenario: string): Schedule {
  return {
    seed: 1,
    scenario,
    world: 1,
    items: 3,
    concurrency: 2,
    service: 'well',
    throttle: null,
    resolve: null,
    mishaps: [],
  };
}
