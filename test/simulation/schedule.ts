import { CRASH_POINTS, type CrashPoint } from '../../src/core/world.ts';
import { between, pick, seededRandom } from '../support/seeded-random.ts';
import type { FleetTrouble } from '../support/simulated-fleet.ts';
import { NETWORK_FAULTS, type NetworkFault } from '../support/wire-faults.ts';
import { SCENARIOS } from './scenarios.ts';

/**
 * One event that goes wrong. Requests are counted from 1 over all processes, processes from
 * 1, ledger writes and file accesses over all processes.
 */
export type Mishap =
  /** The `request`-th request and the next `times - 1` have the fault. */
  | { kind: 'fault'; request: number; fault: NetworkFault; times?: number }
  /** The `life`-th process dies when it reaches a point for the `hit`-th time. */
  | { kind: 'death'; life: number; point: CrashPoint; hit: number }
  /** The `life`-th process dies this many ms after its start. */
  | { kind: 'sudden-death'; life: number; afterMs: number }
  /** The user stops the process at the `request`-th request. */
  | { kind: 'stop'; request: number; how: 'drain' | 'abort' }
  /** Another process asks the run for something. A pause ends after `forMs`. */
  | { kind: 'control'; request: number; change: 'pause' | 'stop' | 'set'; forMs: number }
  /** The keys are revoked at the `request`-th request, until the process has ended. */
  | { kind: 'revoked'; request: number }
  /** Our wall clock jumps. */
  | { kind: 'clock-jump'; request: number; byMs: number }
  /** Nobody answers a question of the `life`-th process. */
  | { kind: 'unanswered'; life: number }
  /** Another person changes the item at that position. */
  | {
      kind: 'elsewhere';
      request: number;
      /** `harm`: its copy in the bucket `attic` gets other bytes of the same length. */
      what: 'store' | 'delete' | 'protect' | 'harm';
      item: number;
    }
  /** A second process tries to work on the run. */
  | { kind: 'second-runner'; request: number }
  /** The disk is full at the `write`-th transaction of the ledger, and has room again afterwards. */
  | { kind: 'disk-full'; write: number }
  /** The `write`-th transaction of the ledger and the next `times - 1` take so long, and block the process. */
  | { kind: 'slow-disk'; write: number; times: number; ms: number }
  /** The `use`-th file access fails. */
  | { kind: 'file-error'; use: number; code: 'ENOSPC' | 'EIO' | 'EACCES' };

/** A run and all its events, as plain data. The same schedule gives the same run. */
export interface Schedule {
  /** The seed of latencies and jitter. */
  readonly seed: number;
  /** Name of a scenario. */
  readonly scenario: string;
  /** The seed of the files at the service. There are few, so that reference runs can be kept. */
  readonly world: number;
  readonly items: number;
  readonly concurrency: number;
  /** The ends of remote jobs: all succeed, or some fail, are canceled, are forgotten, or never end. */
  readonly service: 'well' | 'failing' | 'canceling' | 'losing' | 'endless';
  readonly throttle: { readonly perSecond: number; readonly burst: number } | null;
  /** The decision of a person about items in doubt at the end; null for no decision. */
  readonly resolve: 'done' | 'redo' | 'skip' | null;
  readonly mishaps: readonly Mishap[];
  /** The workers that send the requests, and their trouble; absent if the process of the run sends them. */
  readonly fleet?: FleetTrouble;
}

/** Number of worlds: few, so that the reference of each is computed once. */
const WORLDS = 2;
const SIZES = [0, 1, 2, 4, 4, 8, 8, 13];
/** Points that only a stopped process reaches. */
const STOP_POINTS: ReadonlySet<CrashPoint> = new Set(['draining', 'drained']);
const JUMPS_MS = [-7_200_000, -60_000, -5000, 5000, 90_000, 1_200_000, 86_400_000];
/** The longest ones make an intent too old for its request. */
const COMMITS_MS = [1200, 5000, 11_000, 14_000, 60_000];

/** The schedule of a seed, for a random scenario or the named one. */
export function drawSchedule(seed: number, only?: string): Schedule {
  const random = seededRandom(seed);
  const drawn = pick(random, SCENARIOS).name;
  const items = pick(random, SIZES);
  const density = pick(random, [0, 0.3, 1, 2]);
  return {
    seed,
    scenario: only ?? drawn,
    world: between(random, 1, WORLDS),
    items,
    concurrency: between(random, 1, 8),
    service: random() < 0.7 ? 'well' : drawService(random),
    throttle:
      random() < 0.2 ? { perSecond: between(random, 2, 30), burst: between(random, 1, 20) } : null,
    resolve: pick(random, [null, null, 'done', 'redo', 'skip']),
    mishaps: [
      ...several(between(random, 0, Math.ceil(density * 6)), () => drawFault(random, items)),
      ...several(between(random, 0, Math.ceil(density * 3)), (place) =>
        drawDeath(random, place, items),
      ).flat(),
      ...several(random() < 0.3 * density ? between(random, 1, 2) : 0, () =>
        drawRare(random, items),
      ),
      ...several(random() < 0.2 * density ? 1 : 0, () => drawSlowDisk(random, items)),
      ...several(random() < 0.3 * density ? between(random, 1, 2) : 0, () =>
        drawControl(random, items),
      ),
    ],
  };
}

/** A job that never ends is polled for a day. It is slow to simulate, so it is drawn less often. */
function drawService(random: () => number): Schedule['service'] {
  return random() < 0.06 ? 'endless' : pick(random, ['failing', 'canceling', 'losing'] as const);
}

function drawFault(random: () => number, items: number): Mishap {
  const request = between(random, 1, 12 + items * 3);
  const fault = pick(random, NETWORK_FAULTS);
  const isStorm = random() < 0.15;
  return isStorm
    ? { kind: 'fault', request, fault, times: between(random, 2, 6) }
    : { kind: 'fault', request, fault };
}

function drawDeath(random: () => number, place: number, items: number): Mishap[] {
  const life = place + 1;
  if (random() < 0.3) return [{ kind: 'sudden-death', life, afterMs: between(random, 1, 8000) }];
  const point = pick(random, CRASH_POINTS);
  if (!STOP_POINTS.has(point)) return [{ kind: 'death', life, point, hit: between(random, 1, 8) }];
  const request = between(random, 1, 8 + items * 2);
  return [
    { kind: 'stop', request, how: 'drain' },
    { kind: 'death', life, point, hit: 1 },
  ];
}

function drawRare(random: () => number, items: number): Mishap {
  const request = between(random, 1, 8 + items * 2);
  const kind = pick(random, [
    'stop',
    'revoked',
    'clock-jump',
    'elsewhere',
    'disk-full',
    'file-error',
    'second-runner',
    'unanswered',
  ] as const);
  switch (kind) {
    case 'stop':
      return { kind, request, how: pick(random, ['drain', 'abort'] as const) };
    case 'clock-jump':
      return { kind, request, byMs: pick(random, JUMPS_MS) };
    case 'elsewhere': {
      const what = pick(random, ['store', 'delete'] as const);
      return { kind, request, what, item: between(random, 0, Math.max(0, items - 1)) };
    }
    case 'disk-full':
      return { kind, write: between(random, 1, 10 + items * 3) };
    case 'file-error':
      return {
        kind,
        use: between(random, 1, 25),
        code: pick(random, ['ENOSPC', 'EIO', 'EACCES'] as const),
      };
    case 'second-runner': // its lock costs a quarter of a second of real time: rarer than the others
      return random() < 0.2 ? { kind, request } : { kind: 'revoked', request };
    case 'unanswered':
      return { kind, life: between(random, 1, 2) };
    case 'revoked':
      return { kind, request };
  }
}

function drawSlowDisk(random: () => number, items: number): Mishap {
  return {
    kind: 'slow-disk',
    write: between(random, 1, 10 + items * 3),
    times: between(random, 1, 20),
    ms: pick(random, COMMITS_MS),
  };
}

function drawControl(random: () => number, items: number): Mishap {
  return {
    kind: 'control',
    request: between(random, 1, 8 + items * 2),
    change: pick(random, ['pause', 'pause', 'stop', 'set'] as const),
    forMs: pick(random, [1, 3000, 100_000, 4_000_000]),
  };
}

function several<Value>(count: number, make: (place: number) => Value): Value[] {
  return Array.from({ length: count }, (_, place) => make(place));
}
