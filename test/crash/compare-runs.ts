import { join } from 'node:path';
import type { RunId } from '../../src/core/run.ts';
import { LedgerReader } from '../../src/ledger/ledger-reader.ts';
import { readItems } from '../../src/state/read-runs.ts';
import { copiesIn } from './attic-rows.ts';
import { caseOf, type Stage } from './matrix-stage.ts';

/** What a run leaves: outcomes by item, and effects at the service. */
export interface Trace {
  readonly outcomes: readonly string[];
  readonly effects: Readonly<Record<string, number>>;
}

/** What is compared, and with what. */
export interface Comparison {
  readonly uses: string;
  /** A run without a death and without a fault. */
  readonly reference: Trace;
  readonly run: RunId | null;
  /** Items whose request was made durable and not answered when the process died. */
  readonly undecided: readonly string[];
}

/** What deaths cost, in items. */
export interface Toll {
  /** Ended otherwise than without a death, or without their effect; those in doubt not counted. */
  readonly lost: number;
  /** Effects that came again. */
  readonly doubled: number;
  readonly inDoubt: number;
  /** Of those that the last death left undecided: what nothing can find out. */
  readonly undecidable: number;
}

/** Counts what `violationsOf` puts in words, and the items that wait for a person. */
export function tollOf(stage: Stage, { uses, reference, run, undecided }: Comparison): Toll {
  const doubtful = keysInDoubt(stage, run);
  const outcomes = new Set(outcomesOf(stage, run));
  const isDoubtful = (line: string) => doubtful.some((key) => line.includes(key));
  const unlike = reference.outcomes.filter((line) => !outcomes.has(line) && !isDoubtful(line));
  const effects = effectsOf(stage);
  const missing = Object.entries(reference.effects).map(
    ([effect, count]) => count - (effects[effect] ?? 0) - doubtful.length,
  );
  return {
    lost: Math.max(unlike.length, ...missing, 0),
    doubled: repeatedEffects(stage).length,
    inDoubt: doubtful.length,
    undecidable: caseOf(uses).doubt === 'undetectable' ? undecided.length : 0,
  };
}

/** Everything that a run's deaths changed and must not have; empty where every promise held. */
export function violationsOf(
  stage: Stage,
  { uses, reference, run, undecided }: Comparison,
): string[] {
  const outcomes = outcomesOf(stage, run);
  const effects = effectsOf(stage);
  const violations = repeatedEffects(stage);
  if (caseOf(uses).doubt !== 'undetectable') {
    violations.push(...differences('outcome', reference.outcomes, outcomes));
    violations.push(...differences('effect', lines(reference.effects), lines(effects)));
    return violations;
  }
  const doubtful = keysInDoubt(stage, run);
  violations.push(...differences('in doubt', undecided, doubtful));
  const others = reference.outcomes.filter((line) => !doubtful.some((key) => line.includes(key)));
  const settled = outcomes.filter((line) => !doubtful.some((key) => line.includes(key)));
  violations.push(...differences('outcome', others, settled));
  for (const [effect, count] of Object.entries(effects)) {
    const most = reference.outcomes.length;
    if (count > most || count < most - doubtful.length)
      violations.push(`${count} times ${effect} for ${most} items, ${doubtful.length} in doubt`);
  }
  return violations;
}

function repeatedEffects({ emulator }: Stage): string[] {
  const twice = Object.entries(emulator.audit.summary()).flatMap(
    ([effect, { filesChangedMoreThanOnce }]) =>
      Array.from({ length: filesChangedMoreThanOnce }, () => `${effect} came twice to a file`),
  );
  const again = emulator.creations.repeated().map((made) => `made again: ${JSON.stringify(made)}`);
  return [...twice, ...again];
}

/** How often each effect changed something at the service, and what the bucket has. */
export function effectsOf({ emulator }: Stage): Record<string, number> {
  const sums = Object.entries(emulator.audit.summary());
  const changed = Object.fromEntries(sums.map(([effect, { changed: count }]) => [effect, count]));
  return { ...changed, ...copiesIn(emulator) };
}

/** How every item ended, in order. */
export function outcomesOf(stage: Stage, run: RunId | null): string[] {
  if (run === null) return [];
  return [...readItems(stage.stateDirectory, run)].map(
    ({ key, state, reason }) => `${key.replace(stage.directory, '')} ${state} ${reason}`,
  );
}

/** The items that wait for a person. */
export function keysInDoubt({ stateDirectory }: Stage, run: RunId | null): string[] {
  if (run === null) return [];
  return [...readItems(stateDirectory, run, { state: 'in-doubt' })].map(({ key }) => key);
}

/** Items whose request is durable and not answered, or is in doubt: what a death leaves undecided. */
export function undecidedOf({ stateDirectory }: Stage, run: RunId): string[] {
  const reader = LedgerReader.open(join(stateDirectory, 'runs', `${run}.db`));
  try {
    const sent = reader.items.running(0, 1000).filter(({ openSends }) => openSends > 0);
    const doubtful = reader.items.inDoubt(0, { after: 0, limit: 1000 });
    return [...sent, ...doubtful].sort((one, other) => one.seq - other.seq).map(({ key }) => key);
  } finally {
    reader.close();
  }
}

function lines(counts: Readonly<Record<string, number>>): string[] {
  return Object.entries(counts).map(([name, count]) => `${name} ${count}`);
}

function differences(what: string, wanted: readonly string[], got: readonly string[]): string[] {
  const lost = wanted.filter((line) => !got.includes(line)).map((line) => `no ${what}: ${line}`);
  const extra = got.filter((line) => !wanted.includes(line)).map((line) => `${what}: ${line}`);
  return [...lost, ...extra];
}
