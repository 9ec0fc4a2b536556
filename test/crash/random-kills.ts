import { CRASH_POINTS } from '../../src/core/world.ts';
import { between, pick, seededRandom } from '../support/seeded-random.ts';
import { effectsOf, outcomesOf, undecidedOf, violationsOf } from './compare-runs.ts';
import { dieAt, inThisProcess, newestRun } from './matrix-lives.ts';
import { caseOf, OPERATIONS, openStage, type Stage } from './matrix-stage.ts';
import type { Kill } from './matrix-world.ts';

/** A run of one operation that is killed again and again; all of it a function of the seed. */
export interface RandomKillsResult {
  readonly uses: string;
  readonly kills: number;
  readonly items: number;
  readonly inDoubt: number;
  readonly violations: readonly string[];
}

const ITEMS = 24;
/** Share of requests with an effect whose connection is reset, before it and after it. */
const FAULTY = 0.05;
/** Longer than the longest settle time, ms of emulated time. */
const SETTLED_MS = 15 * 60_000;
/** A life whose run has ended can't be killed: so many in a row, and the next seed is taken. */
const MOST_LIVES = 40;

/** Kills a run of an operation chosen by the seed so many times, then lets it end in peace. */
export async function randomKills(seed: number, kills: number): Promise<RandomKillsResult> {
  const random = seededRandom(seed);
  const uses = OPERATIONS[seed % OPERATIONS.length]!;
  const reference = await traceOf(uses);
  const stage = await openStage(uses, ITEMS);
  try {
    addFaults(stage, uses);
    let killed = 0;
    for (let lives = 0; killed < kills && lives < MOST_LIVES; lives += 1) {
      if (!(await dieAt(stage, randomKill(random)))) break;
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
    const violations = violationsOf(stage, { uses, reference, run, undecided });
    const inDoubt = run === null ? 0 : undecidedOf(stage, run).length;
    return { uses, kills: killed, items: reference.outcomes.length, inDoubt, violations };
  } finally {
    await stage.close();
  }
}

async function traceOf(uses: string) {
  const stage = await openStage(uses, ITEMS);
  try {
    await inThisProcess(stage, () => undefined);
    return { outcomes: outcomesOf(stage, await newestRun(stage)), effects: effectsOf(stage) };
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

function randomKill(random: () => number): Kill {
  if (random() < 0.5) return { afterMs: between(random, 1, 120) };
  return { point: pick(random, CRASH_POINTS), hit: between(random, 1, 8) };
}
