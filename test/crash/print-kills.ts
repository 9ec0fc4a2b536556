import { killedRun } from './killed-run.ts';
import { randomKills } from './random-kills.ts';

const KILLS_A_RUN = 25;
const KILLS_A_MIX = 5;
const OPERATIONS = ['delete', 'store', 'copy'] as const;

type Say = (line: string) => void;

interface Sums {
  kills: number;
  items: number;
  inDoubt: number;
  violations: number;
}

/** Kills runs at random until so many kills were made, says what came of it, and gives the exit code. */
export async function printKills(
  options: { kills: number; files: number; seed: number },
  say: Say,
): Promise<number> {
  const startedAt = performance.now();
  const sums: Sums = { kills: 0, items: 0, inDoubt: 0, violations: 0 };
  const half = Math.ceil(options.kills / 2);
  for (let round = 0; sums.kills < half; round += 1) {
    await killCleanup(
      { ...options, round, wanted: Math.min(KILLS_A_RUN, half - sums.kills) },
      sums,
      say,
    );
  }
  for (let seed = options.seed; sums.kills < options.kills; seed += 1) {
    await killMixed(seed, Math.min(KILLS_A_MIX, options.kills - sums.kills), sums, say);
  }
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(0);
  say(
    `${sums.kills} kills in ${seconds} s: ${sums.items} items, ${sums.inDoubt} in doubt, each of them undecidable; ${sums.violations} violations`,
  );
  return sums.violations === 0 ? 0 : 1;
}

async function killCleanup(
  options: { files: number; seed: number; round: number; wanted: number },
  sums: Sums,
  say: Say,
): Promise<void> {
  const operation = OPERATIONS[options.round % OPERATIONS.length] ?? 'delete';
  const files = operation === 'copy' ? Math.ceil(options.files / 20) : options.files;
  const seed = options.seed + options.round;
  const result = await killedRun({ operation, files, kills: options.wanted, seed });
  sums.kills += Math.max(1, result.kills);
  sums.items += result.items;
  sums.violations += result.violations.length;
  say(
    `${operation}, seed ${seed}: ${result.kills} kills, ${result.items} items, ${result.requests} requests, ${result.violations.length} violations`,
  );
  for (const violation of result.violations.slice(0, 10)) say(`  ${violation}`);
}

async function killMixed(seed: number, kills: number, sums: Sums, say: Say): Promise<void> {
  const result = await randomKills(seed, kills);
  sums.kills += Math.max(1, result.kills);
  sums.items += result.items;
  sums.inDoubt += result.inDoubt;
  sums.violations += result.violations.length;
  say(
    `${result.uses}, seed ${seed}: ${result.kills} kills, ${result.items} items, ${result.inDoubt} in doubt, ${result.violations.length} violations`,
  );
  for (const violation of result.violations.slice(0, 10)) say(`  ${violation}`);
}
