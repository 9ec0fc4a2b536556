import { between, pick, seededRandom } from '../support/seeded-random.ts';
import type { FleetEvent, FleetTrouble } from '../support/simulated-fleet.ts';
import { SCENARIOS } from './scenarios.ts';
import { drawSchedule, type Schedule } from './schedule.ts';

/** Draws the seeds of a fleet from others than those of a run without one. */
const SEED_OFFSET = 7_000_000;

/** The schedule of a seed for a run whose requests workers send. */
export function drawFleetSchedule(seed: number, only?: string): Schedule {
  const random = seededRandom(seed + SEED_OFFSET);
  // A worker makes the operation of a step itself, so that it can't have one of the simulation.
  const names = SCENARIOS.filter(({ operations, hasTarget }) => {
    return operations === undefined && hasTarget !== true;
  }).map(({ name }) => name);
  const schedule = drawSchedule(seed, only ?? pick(random, names));
  return { ...schedule, fleet: drawTrouble(random) };
}

function drawTrouble(random: () => number): FleetTrouble {
  const workers = between(random, 1, 3);
  const isCalm = random() < 0.2;
  const count = isCalm ? 0 : between(random, 0, 6);
  return {
    workers,
    concurrency: between(random, 1, 4),
    loss: isCalm ? 0 : pick(random, [0, 0.02, 0.1, 0.3]),
    doubles: isCalm ? 0 : pick(random, [0, 0.1, 0.5]),
    maxDelayMs: pick(random, [1, 5, 50, 1000]),
    events: Array.from({ length: count }, () => drawEvent(random, workers)),
  };
}

function drawEvent(random: () => number, workers: number): FleetEvent {
  const atMs = pick(random, [
    between(random, 1, 500),
    between(random, 1, 5000),
    between(random, 1, 60_000),
  ]);
  const worker = between(random, 0, workers - 1);
  const kind = pick(random, [
    'kill',
    'kill',
    'pause',
    'pause',
    'forget',
    'rollback',
    'outage',
  ] as const);
  switch (kind) {
    case 'kill':
      return { atMs, kind, worker, forMs: pick(random, [100, 5000, 60_000]) };
    case 'pause':
      return { atMs, kind, worker, forMs: pick(random, [300, 9000, 14_000, 20_000, 120_000]) };
    case 'outage':
      return { atMs, kind, forMs: pick(random, [500, 10_000, 300_000]) };
    case 'forget':
    case 'rollback':
      return { atMs, kind };
  }
}
