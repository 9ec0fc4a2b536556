import { killedRun } from './killed-run.ts';
import { randomKills } from './random-kills.ts';

const KILLS_A_RUN = 25;
const KILLS_A_MIX = 5;
/** Runs in a row that end before anything kills them: then no number of kills is ever reached. */
const MOST_UNKILLED = 50;
const OPERATIONS = ['delete', 'store', 'copy'] as const;

type Say = (line: string) => void;

/** What one run, or all of them, came to. */
interface Sums {
  kills: number;
  items: number;
  lost: number;
  doubled: number;
  inDoubt: number;
  undecidable: number;
  violations: number;
}

/** One run killed at most so many times; `round` counts from 0. */
type KillRun = (round: number, kills: number) => Promise<Sums>;

/** Kills runs at random until so many kills were made, says what came of it, and gives the exit code. */
export async function printKills(
  options: { kills: number; files: number; seed: number },
  say: Say,
): Promise<number> {
  const startedAt = performance.now();
  const half = Math.ceil(options.kills / 2);
  const cleanups = await killUntil(half, KILLS_A_RUN, (round, kills) =>
    killCleanup({ ...options, round, kills }, say),
  );
  const mixed = await killUntil(options.kills - cleanups.kills, KILLS_A_MIX, (round, kills) =>
    killMixed(options.seed + round, kills, say),
  );
  const sums = added(cleanups, mixed);
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(0);
  say(
    `${sums.kills} kills in ${seconds} s: ${sums.items} items, ${sums.lost} lost, ${sums.doubled} doubled, ${sums.inDoubt} in doubt of ${sums.undecidable} undecidable; ${sums.violations} violations`,
  );
  return sums.violations + sums.lost + sums.doubled === 0 ? 0 : 1;
}

/** Kills run after run until so many kills were made: a run that ended before its kill counts as none. */
async function killUntil(wanted: number, most: number, killRun: KillRun): Promise<Sums> {
  let sums = NOTHING;
  let unkilled = 0;
  for (let round = 0; sums.kills < wanted; round += 1) {
    const result = await killRun(round, Math.min(most, wanted - sums.kills));
    sums = added(sums, result);
    unkilled = result.kills === 0 ? unkilled + 1 : 0;
    if (unkilled === MOST_UNKILLED)
      throw new Error(`${unkilled} runs in a row ended before they could be killed`);
  }
  return sums;
}

async function killCleanup(
  options: { files: number; seed: number; round: number; kills: number },
  say: Say,
): Promise<Sums> {
  const operation = OPERATIONS[options.round % OPERATIONS.length] ?? 'delete';
  const files = operation === 'copy' ? Math.ceil(options.files / 20) : options.files;
  const seed = options.seed + options.round;
  const result = await killedRun({ operation, files, kills: options.kills, seed });
  say(
    `${operation}, seed ${seed}: ${result.kills} kills, ${result.items} items, ${result.requests} requests, ${result.violations.length} violations`,
  );
  return told({ ...result, inDoubt: 0, undecidable: 0 }, say);
}

async function killMixed(seed: number, kills: number, say: Say): Promise<Sums> {
  const result = await randomKills(seed, kills);
  say(
    `${result.uses}, seed ${seed}: ${result.kills} kills, ${result.items} items, ${result.inDoubt} in doubt, ${result.violations.length} violations`,
  );
  return told(result, say);
}

function told(
  result: Omit<Sums, 'violations'> & { violations: readonly string[] },
  say: Say,
): Sums {
  for (const violation of result.violations.slice(0, 10)) say(`  ${violation}`);
  return { ...result, violations: result.violations.length };
}

const NOTHING: Sums = {
  kills: 0,
  items: 0,
  lost: 0,
  doubled: 0,
  inDoubt: 0,
  undecidable: 0,
  violations: 0,
};

function added(one: Sums, other: Sums): Sums {
  return {
    kills: one.kills + other.kills,
    items: one.items + other.items,
    lost: one.lost + other.lost,
    doubled: one.doubled + other.doubled,
    inDoubt: one.inDoubt + other.inDoubt,
    undecidable: one.undecidable + other.undecidable,
    violations: one.violations + other.violations,
  };
}
