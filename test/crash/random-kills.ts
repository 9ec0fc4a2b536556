import { between, pick, seededRandom } from '../support/seeded-random.ts';
import { endInPeace, type MortalRun, mortalRun, settle } from './end-in-peace.ts';
import { knownReference, type Reference, STOP_POINTS } from './matrix.ts';
import { dieAt } from './matrix-lives.ts';
import { caseOf, OPERATIONS, openStage, type Stage } from './matrix-stage.ts';
import type { Kill } from './matrix-world.ts';

/** A run of one operation that is killed again and again; all of it a function of the seed. */
export interface RandomKillsResult extends MortalRun {
  readonly kills: number;
}

const ITEMS = 24;
/** Share of requests with an effect whose connection is reset, before it and after it. */
const FAULTY = 0.05;
/** In the life of a run of so many items, ms. */
const LIFE_MS = 60;

/**
 * Kills a run of an operation chosen by the seed up to so many times, then lets it end in peace. A
 * run may end before its next kill: `kills` counts those that were made.
 */
export async function randomKills(seed: number, kills: number): Promise<RandomKillsResult> {
  const random = seededRandom(seed);
  const uses = OPERATIONS[seed % OPERATIONS.length]!;
  const reference = await knownReference(uses, ITEMS);
  const stage = await openStage(uses, ITEMS);
  try {
    addFaults(stage, uses);
    let killed = 0;
    while (killed < kills && (await dieAt(stage, randomKill(random, reference)))) {
      killed += 1;
      // Now and then a person comes back only after everything has settled.
      if (random() < 0.5) settle(stage);
    }
    stage.emulator.faults.remove();
    const compared = await endInPeace(stage, { uses, reference });
    return { ...mortalRun(stage, compared), kills: killed };
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
