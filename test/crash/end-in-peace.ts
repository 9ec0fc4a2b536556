import {
  type Comparison,
  outcomesOf,
  type Toll,
  tollOf,
  undecidedOf,
  violationsOf,
} from './compare-runs.ts';
import { inThisProcess, newestRun, startInThisProcess } from './matrix-lives.ts';
import type { Stage } from './matrix-stage.ts';

/** What came of a run that died at random again and again. */
export interface MortalRun extends Toll {
  readonly uses: string;
  readonly items: number;
  readonly violations: readonly string[];
}

/** Longer than the longest settle time of all operations, ms of emulated time. */
const SETTLED_MS = 15 * 60_000;

/** Lets so much time go by that whatever was sent shows its effect. */
export function settle({ emulator }: Stage): void {
  emulator.clock.advance(SETTLED_MS);
}

/** Goes on with a run whose process died, until it ends; gives what is to be compared. */
export async function endInPeace(
  stage: Stage,
  { uses, reference }: Pick<Comparison, 'uses' | 'reference'>,
): Promise<Comparison> {
  const died = await newestRun(stage);
  const undecided = died === null ? [] : undecidedOf(stage, died);
  settle(stage);
  await inThisProcess(stage, () => undefined);
  return { uses, reference, run: await newestRun(stage), undecided };
}

/** Starts a second run of the same job. Returns its effects and its items that were not done before. */
export async function effectsOfSecondRun(stage: Stage): Promise<string[]> {
  settle(stage);
  const before = stage.emulator.audit.length;
  await startInThisProcess(stage);
  const others = outcomesOf(stage, await newestRun(stage)).filter(
    (line) => !line.endsWith(' skipped done before'),
  );
  const effects = stage.emulator.audit.length - before;
  const again = effects === 0 ? [] : [`a second run had ${effects} effects`];
  return [...again, ...others.map((line) => `a second run: ${line}`)];
}

/** Compares what a run has come to with what it would have come to without a death. */
export function mortalRun(stage: Stage, compared: Comparison): MortalRun {
  return {
    uses: compared.uses,
    items: compared.reference.outcomes.length,
    ...tollOf(stage, compared),
    violations: violationsOf(stage, compared),
  };
}
