import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { CRASH_POINTS, type CrashPoint } from '../../src/core/world.ts';
import { between, pick, seededRandom } from '../support/seeded-random.ts';
import { endInPeace, type MortalRun, mortalRun, settle } from './end-in-peace.ts';
import { knownReference, type Reference } from './matrix.ts';
import { dieAt } from './matrix-lives.ts';
import { openStage } from './matrix-stage.ts';
import type { Kill } from './matrix-world.ts';
import { losePower, makeDurable, type PoweredFolder, powered } from './power-loss.ts';

/** A run that the power is taken from again and again; all of it a function of the seed. */
export interface PowerCutsOptions {
  readonly uses: string;
  readonly cuts: number;
  readonly seed: number;
  /** Path of another program, as `bundleLife` returns it. */
  readonly program?: string;
}

/** What came of it; `cuts` were made before the run had ended. */
export interface PowerCutsResult extends MortalRun {
  readonly cuts: number;
}

const ITEMS = 12;
/** In the life of a run of so many items, ms. */
const LIFE_MS = 150;
/** Where something has just been sent, or come back: what is not durable there is done again. */
const SENT: readonly CrashPoint[] = CRASH_POINTS.slice(
  CRASH_POINTS.indexOf('after-write'),
  CRASH_POINTS.indexOf('draining'),
);

/**
 * Takes the power from a run up to so many times at random, each time leaving what was synced, or
 * (every other time) that and some of what was not; then lets it end in peace.
 */
export async function powerCuts(options: PowerCutsOptions): Promise<PowerCutsResult> {
  const { uses, seed } = options;
  const random = seededRandom(seed);
  const reference = await knownReference(uses, ITEMS);
  const stage = await openStage(uses, ITEMS);
  const durable = mkdtempSync(join(tmpdir(), 'ucbulk-durable-'));
  const folder: PoweredFolder = {
    root: stage.directory,
    name: basename(stage.stateDirectory),
    durable,
  };
  const life = { env: powered(folder), ...(options.program && { program: options.program }) };
  try {
    makeDurable(folder);
    let cuts = 0;
    let kill = firstCut(random, reference);
    while (cuts < options.cuts && (await dieAt(stage, kill, life))) {
      cuts += 1;
      kill = randomCut(random, reference);
      losePower(folder, random() < 0.5 ? 'nothing' : random);
      // Now and then the power comes back only after everything has settled.
      if (random() < 0.5) settle(stage);
    }
    const compared = await endInPeace(stage, { uses, reference });
    return { ...mortalRun(stage, compared), cuts };
  } finally {
    await stage.close();
    rmSync(durable, { recursive: true, force: true });
  }
}

/** The first time that a run comes by a place after a request: no machine is too fast or slow for it. */
function firstCut(random: () => number, { hits }: Reference): Kill {
  return { point: pick(random, reached(hits, SENT)), hit: 1 };
}

/** Half after a request, a quarter at any place that a run comes by, a quarter at any moment. */
function randomCut(random: () => number, { hits }: Reference): Kill {
  const what = random();
  if (what < 0.25) return { afterMs: between(random, 1, LIFE_MS) };
  const point = pick(random, reached(hits, what < 0.5 ? CRASH_POINTS : SENT));
  return { point, hit: between(random, 1, Math.ceil((hits.get(point) ?? 1) / 2)) };
}

/** Always in the same order: runs come by in any. */
function reached(hits: Reference['hits'], points: readonly CrashPoint[]): readonly CrashPoint[] {
  return points.filter((point) => hits.has(point));
}
