import { OPERATIONS } from './matrix-stage.ts';
import { powerCuts } from './power-cuts.ts';
import { noPowerLoss } from './power-loss.ts';

const CUTS_A_RUN = 3;
/** Runs in a row that end before the power is cut: then no number of cuts is ever reached. */
const MOST_UNCUT = 50;

/**
 * Cuts the power in runs of one operation after the other until so many cuts were made, says what
 * came of it, and gives the exit code; `only` names one operation.
 */
export async function printPower(
  options: { cuts: number; seed: number; only: string | undefined },
  say: (line: string) => void,
): Promise<number> {
  const why = noPowerLoss();
  if (why !== null) {
    say(`No power is cut here: ${why}`);
    return 1;
  }
  const startedAt = performance.now();
  const sums = { cuts: 0, items: 0, lost: 0, doubled: 0, inDoubt: 0, undecidable: 0 };
  let violations = 0;
  let uncut = 0;
  for (let seed = options.seed; sums.cuts < options.cuts; seed += 1) {
    const uses = options.only ?? OPERATIONS[seed % OPERATIONS.length] ?? 'delete';
    const cuts = Math.min(CUTS_A_RUN, options.cuts - sums.cuts);
    const result = await powerCuts({ uses, cuts, seed });
    for (const name of Object.keys(sums) as (keyof typeof sums)[]) sums[name] += result[name];
    violations += result.violations.length;
    say(`${uses}, seed ${seed}: ${result.cuts} cuts, ${result.violations.length} violations`);
    for (const violation of result.violations.slice(0, 10)) say(`  ${violation}`);
    uncut = result.cuts === 0 ? uncut + 1 : 0;
    if (uncut === MOST_UNCUT) throw new Error(`${uncut} runs in a row ended before any cut`);
  }
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(0);
  say(
    `${sums.cuts} cuts of the power in ${seconds} s: ${sums.items} items, ${sums.lost} lost, ${sums.doubled} doubled, ${sums.inDoubt} in doubt of ${sums.undecidable} undecidable; ${violations} violations`,
  );
  return violations === 0 ? 0 : 1;
}
