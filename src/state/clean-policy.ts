import type { RunId, RunState } from '../core/run.ts';
import { isUnfinished } from '../core/run.ts';

/** Which runs the user wants to keep. A run is kept if at least one rule keeps it. */
export interface CleanPolicy {
  /** Keep this many of the newest runs of each job; null if the user named no number. */
  readonly keepLast: number | null;
  /** Keep runs that ended less than this long ago, ms; null if the user named no time. */
  readonly keepWithinMs: number | null;
  /** Keep runs with failed items. */
  readonly keepFailed: boolean;
  /** Keep runs with evidence of deletes. */
  readonly keepDeletes: boolean;
  /** Also remove runs that hold paid work. */
  readonly forgetDone: boolean;
}

/**
 * The reason why a run is kept. The first ones follow from the state of the run; no flag overrides them.
 * - `running`: a process works on it
 * - `unreadable`: its ledger can't be read
 * - `unfinished`: it can be resumed
 * - `in-doubt`: it has items in doubt
 * - `source`: an unfinished run takes its items from this run
 * - `overlaps`: another run that is not finished began before this run ended, so it needs this run's paid work
 * - `recent`: it holds paid work and ended a moment ago, so a run that is just starting may need this work
 * - `changed`: another process changed it while `clean` worked
 * - `paid`: it holds paid work or results that `skipIfDone` needs
 * - `since`: the next run of its job continues where it ended
 * - `last`, `within`, `failed`, `deletes`: a flag keeps it
 */
export type KeepReason =
  | 'running'
  | 'unreadable'
  | 'unfinished'
  | 'in-doubt'
  | 'source'
  | 'overlaps'
  | 'recent'
  | 'changed'
  | 'paid'
  | 'since'
  | 'last'
  | 'within'
  | 'failed'
  | 'deletes';

/** The facts about a run that decide whether it is kept. */
export interface CleanFacts {
  readonly run: RunId;
  readonly jobName: string;
  readonly publicKey: string;
  readonly state: RunState;
  readonly isRunning: boolean;
  /** Server time, ms. */
  readonly createdAt: number;
  /** Server time, ms; null if the end was not recorded. */
  readonly endedAt: number | null;
  readonly failed: number;
  readonly inDoubt: number;
  /** True if it holds paid work, or results that `skipIfDone` of another run may use. */
  readonly hasPaidWork: boolean;
  /** True if it has evidence of deletes. */
  readonly hasDeletes: boolean;
  /** The run from which it takes its items; null if it has another source. */
  readonly sourceRun: string | null;
  /**
   * The job whose next run continues at the end of this run (`since: last-success`); null if there is none.
   */
  readonly continuedBy: string | null;
}

/** A run whose ledger can't be read. */
export interface UnreadableFacts {
  readonly run: RunId;
  readonly problem: string;
}

/** The runs that may still need other runs. */
export interface Needers {
  readonly runs: readonly Pick<CleanFacts, 'run' | 'createdAt' | 'sourceRun'>[];
  /** True if the ledger of a run can't be read. Such a run may need any other run. */
  readonly isAnyUnreadable: boolean;
}

/**
 * Tolerance for comparing the start of one run with the end of another, ms. Their times come from different
 * processes.
 */
const SLACK_MS = 60_000;
/** How long a run that starts may use the paid work of other runs before its own ledger exists, ms. */
const RECENT_MS = 10 * 60_000;

/** Finds why each run of a state directory is kept, newest first. A run without a reason can be removed. */
export function findKeepReasons(
  runs: readonly (CleanFacts | UnreadableFacts)[],
  policy: CleanPolicy,
  now: number,
): ReadonlyMap<RunId, readonly KeepReason[]> {
  const others = findNeeders(runs);
  const seen = new Map<string, number>();
  const continued = new Set<string>();
  const reasons = new Map<RunId, readonly KeepReason[]>();
  for (const facts of runs) {
    if (!('state' in facts)) {
      reasons.set(facts.run, ['unreadable']);
      continue;
    }
    const job = JSON.stringify([facts.jobName, facts.publicKey]);
    const place = seen.get(job) ?? 0;
    seen.set(job, place + 1);
    reasons.set(facts.run, [
      ...fixedReasons(facts),
      ...neededBy(facts, others),
      ...paidReasons(facts, policy, now),
      ...sinceReasons(facts, policy, continued),
      ...flagReasons(facts, policy, { place, now }),
    ]);
  }
  return reasons;
}

/** The reasons that follow from the state of the run alone. */
export function fixedReasons(facts: CleanFacts): KeepReason[] {
  return [
    ...(facts.isRunning ? (['running'] as const) : []),
    ...(!facts.isRunning && isUnfinished(facts.state) ? (['unfinished'] as const) : []),
    ...(facts.inDoubt > 0 ? (['in-doubt'] as const) : []),
  ];
}

/** Finds the runs that are not finished, and may therefore need other runs. */
export function findNeeders(runs: readonly (CleanFacts | UnreadableFacts)[]): Needers {
  const readable = runs.filter((facts) => 'state' in facts);
  return {
    runs: readable.filter(isNotOver),
    isAnyUnreadable: readable.length < runs.length,
  };
}

function isNotOver({ isRunning, state, inDoubt }: CleanFacts): boolean {
  return isRunning || isUnfinished(state) || inDoubt > 0;
}

/**
 * Two runs that overlap in time never pay for the same work, for any value of `skipIfDone`. So a run that is not
 * finished needs the paid work of all runs that ended after it began. A run whose ledger can't be read may have
 * begun at any time.
 */
export function neededBy(facts: CleanFacts, { runs, isAnyUnreadable }: Needers): KeepReason[] {
  const others = runs.filter(({ run }) => run !== facts.run);
  const isSource = others.some(({ sourceRun }) => sourceRun === facts.run);
  const endedAt = facts.endedAt ?? Number.POSITIVE_INFINITY;
  const isOverlapped = others.some(({ createdAt }) => createdAt <= endedAt + SLACK_MS);
  return [
    ...(isSource ? (['source'] as const) : []),
    ...(facts.hasPaidWork && (isOverlapped || isAnyUnreadable) ? (['overlaps'] as const) : []),
  ];
}

function paidReasons(facts: CleanFacts, { forgetDone }: CleanPolicy, now: number): KeepReason[] {
  if (!facts.hasPaidWork) return [];
  if (!forgetDone) return ['paid'];
  return now - (facts.endedAt ?? now) < RECENT_MS ? ['recent'] : [];
}

/** Only the newest successful run of a job is continued. `continued` has the jobs of newer runs. */
function sinceReasons(
  { continuedBy }: CleanFacts,
  { forgetDone }: CleanPolicy,
  continued: Set<string>,
): KeepReason[] {
  if (continuedBy === null || continued.has(continuedBy)) return [];
  continued.add(continuedBy);
  return forgetDone ? [] : ['since'];
}

function flagReasons(
  { endedAt, createdAt, failed, hasDeletes }: CleanFacts,
  { keepLast, keepWithinMs, keepFailed, keepDeletes }: CleanPolicy,
  { place, now }: { readonly place: number; readonly now: number },
): KeepReason[] {
  const age = now - (endedAt ?? createdAt);
  return [
    ...(keepLast !== null && place < keepLast ? (['last'] as const) : []),
    ...(keepWithinMs !== null && age < keepWithinMs ? (['within'] as const) : []),
    ...(keepFailed && failed > 0 ? (['failed'] as const) : []),
    ...(keepDeletes && hasDeletes ? (['deletes'] as const) : []),
  ];
}
