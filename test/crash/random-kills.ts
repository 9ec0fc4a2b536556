import { between, pick, seededRandom } from '../support/seeded-random.ts';
import { type Toll, tollOf, undecidedOf, violationsOf } from './compare-runs.ts';
import { type Reference, referenceOf, STOP_POINTS } from './matrix.ts';
import { dieAt, inThisProcess, newestRun } from './matrix-lives.ts';
import { caseOf, OPERATIONS, openStage, type Stage } from './matrix-stage.ts';
import type { Kill } from './matrix-world.ts';

/** A run of one operation that is killed again and again; all of it a function of the seed. */
export interface RandomKillsResult extends Toll {
  readonly uses: string;
  readonly kills: number;
  readonly items: number;
  readonly violations: readonly string[];
}

const ITEMS = 24;
/** Share of requests with an effect whose connection is reset, before it and after it. */
const FAULTY = 0.05;
/** In the life of a run of so many items, ms. */
const LIFE_MS = 60;
/** Longer than the longest settle time, ms of emulated time. */
const SETTLED_MS = 15 * 60_000;

/**
 * Kills a run of an operation chosen by the seed up to so many times, then lets it end in peace. A
 * run may end before its next kill: `kills` counts those that were made.
 */
export async function randomKills(seed: number, kills: number): Promise<RandomKillsResult> {
  const random = seededRandom(seed);
  const uses = OPERATIONS[seed % OPERATIONS.length]!;
  const reference = await knownReference(uses);
  const stage = await openStage(uses, ITEMS);
  try {
    addFaults(stage, uses);
    let killed = 0;
    while (killed < kills && (await dieAt(stage, randomKill(random, reference)))) {
      killed += 1;
      // Now and then a person comes back only after everything has settled.
      if (random() < 0.5) stage.emulator.clock.advance(SETTLED_MS);
    }
    stage.emulator.faults.remove();
    const died = await newestRun(stage);
    const undecided = died === null ? [] : undecidedOf(stage, died);
    stage.emulator.clock.advance(SETTLED_MS);
    await inThisProcess(stage, () => undefined);
    const run = await newestRun(stage);
    const compared = { uses, reference, run, undecided };
    return {
      uses,
      kills: killed,
      items: reference.outcomes.length,
      ...tollOf(stage, compared),
      violations: violationsOf(stage, compared),
    };
  } finally {
    await stage.close();
  }
}

function addFaults({ emulator }: Stage, uses: string): void {
  const { method } = caseOf(uses).mutation;
  for (const when of ['before', 'after'] as const) {
    emulator.faults.add({ method, probability: FAULTY, fault: { kind: 'reset', when } });
  }
}

/** Half at any moment, half at one of the places that a run comes by, in the first third of it. */
function randomKill(random: () => number, { hits }: Reference): Kill {
  if (random() < 0.5) return { afterMs: between(random, 1, LIFE_MS) };
  const point = pick(random, [...hits.keys(), ...STOP_POINTS]);
  return { point, hit: between(random, 1, Math.ceil((hits.get(point) ?? 1) / 3)) };
}

const references = new Map<string, Promise<Reference>>();

/** What a run of `items` items of an operation comes to without a death. */
export function knownReference(uses: string, items = ITEMS): Promise<Reference> {
  const known = references.get(`${uses} ${items}`) ?? referenceOf(uses, 'none', items);
  references.set(`${uses} ${items}`, known);
  return known;
}
