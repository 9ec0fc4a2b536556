import type { RunId } from '../core/run.ts';
import { type StateCounts, settledCount } from '../core/state-counts.ts';
import { UserError } from '../core/user-error.ts';
import { failureConditionFault } from '../job/failure-condition.ts';
import type { Job } from '../job/job-schema.ts';
import { findNames } from '../job/step-condition.ts';
import type { LedgerReader } from '../ledger/ledger-reader.ts';
import { withReader } from '../ledger/with-reader.ts';
import { statePaths } from '../state/state-paths.ts';
import { storedJob } from '../state/stored-job.ts';
import { type FailedItem, type RetryWanted, readFailedItems } from './failed-items.ts';
import type { RetryObstacle } from './retry-obstacle.ts';

/** Failed items of one step with one failure code. */
export interface FailureGroup {
  /** Id of the step. */
  readonly step: string;
  readonly code: string;
  readonly items: number;
}

/** Failed items that can't be retried for one reason. */
export interface RefusedGroup extends FailureGroup {
  readonly obstacle: RetryObstacle;
  /** Key of the first of these items. */
  readonly example: string;
}

/** The items that a retry of a run would take, and those that it would leave. */
export interface RetryReview {
  readonly run: RunId;
  readonly jobName: string;
  /** Number of failed items of the run. */
  readonly failed: number;
  /** The items of the run by state. */
  readonly counts: StateCounts;
  /** Number of items without an outcome that are not in doubt. A retry also continues these, as a resume does. */
  readonly unfinished: number;
  /** Number of items in doubt. A retry never takes these. */
  readonly inDoubt: number;
  /** Number of items that would be retried. */
  readonly items: number;
  readonly retried: readonly FailureGroup[];
  readonly refused: readonly RefusedGroup[];
  /** Number of failed items for which the condition reads an unknown field of the file. Not retried. */
  readonly undecidable: number;
  /**
   * Number of items for which the service would charge again, because their paid job ended in an error; by
   * name in `limits.paid`.
   */
  readonly paysAgain: ReadonlyMap<string, number>;
}

/**
 * Finds out what a retry would do. Changes nothing, sends nothing and needs no keys. Throws a `UserError` if a
 * code or the condition is wrong.
 */
export function reviewRetry(stateDirectory: string, run: RunId, wanted: RetryWanted): RetryReview {
  return withReader(statePaths(stateDirectory).ledger(run), (reader) => {
    const record = reader.begun();
    const job = storedJob(record);
    checkCondition(wanted, job);
    return { run, jobName: record.jobName, ...review(reader, job, wanted) };
  });
}

/** True if a retry of all failed items would take at least one of them. */
export function hasRetryableItem(stateDirectory: string, run: RunId): boolean {
  return withReader(statePaths(stateDirectory).ledger(run), (reader) => {
    const wanted = { codes: null, where: null };
    for (const page of readFailedItems(reader, { job: storedJob(reader.begun()), wanted })) {
      if (page.some(({ obstacle }) => obstacle === null)) return true;
    }
    return false;
  });
}

/** Counts the failed items of a run by the result of their check. */
export function review(
  reader: LedgerReader,
  job: Job,
  wanted: RetryWanted,
): Omit<RetryReview, 'run' | 'jobName'> {
  const counts: Counts = {
    codes: new Map(),
    retried: new Map(),
    refused: new Map(),
    paysAgain: new Map(),
    items: 0,
    undecidable: 0,
  };
  for (const page of readFailedItems(reader, { job, wanted })) {
    for (const item of page) countItem(item, groupOf(item, job), counts);
  }
  const { codes, retried, refused, ...sums } = counts;
  checkCodes(wanted, codes);
  const all = reader.items.counts();
  const { failed, 'in-doubt': inDoubt } = all;
  return {
    failed,
    counts: all,
    unfinished: all.total - settledCount(all) - inDoubt,
    inDoubt,
    retried: [...retried.values()],
    refused: [...refused.values()],
    ...sums,
  };
}

interface Counts {
  readonly codes: Map<string, number>;
  readonly retried: Map<string, FailureGroup>;
  readonly refused: Map<string, RefusedGroup>;
  readonly paysAgain: Map<string, number>;
  items: number;
  undecidable: number;
}

function countItem(item: FailedItem, group: FailureGroup, counts: Counts): void {
  const { key: example, obstacle, isWanted, paysAgain } = item;
  add(counts.codes, item.code);
  if (isWanted === 'unknown') counts.undecidable += 1;
  if (isWanted !== true) return;
  if (obstacle !== null) {
    addToGroup(counts.refused, { ...group, obstacle, example });
    return;
  }
  counts.items += 1;
  addToGroup(counts.retried, group);
  if (paysAgain !== null) add(counts.paysAgain, paysAgain);
}

function groupOf({ step, code }: FailedItem, { steps }: Job): FailureGroup {
  return { step: steps[step]?.id ?? String(step + 1), code, items: 1 };
}

function addToGroup<Group extends FailureGroup & { readonly obstacle?: RetryObstacle }>(
  groups: Map<string, Group>,
  group: Group,
): void {
  const key = JSON.stringify([group.step, group.code, group.obstacle]);
  const known = groups.get(key) ?? { ...group, items: 0 };
  groups.set(key, { ...known, items: known.items + 1 });
}

function add(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

function checkCodes({ codes }: RetryWanted, known: ReadonlyMap<string, number>): void {
  const unknown = (codes ?? []).filter((code) => !known.has(code));
  if (unknown.length === 0) return;
  const names = unknown.map((code) => JSON.stringify(code.slice(0, 60))).join(', ');
  const list = [...known].map(([code, count]) => `  ${code} (${count})`).join('\n');
  const existing = list === '' ? 'The run has no failed items.' : `The failed items have:\n${list}`;
  throw new UserError(
    'usage',
    `No item failed with the code ${names}. Nothing was changed. ${existing}`,
  );
}

function checkCondition({ where }: RetryWanted, { steps, vars = {} }: Job): void {
  if (where === null) return;
  const fault =
    failureConditionFault(where) ??
    findUnknownName(
      where,
      'steps',
      steps.map(({ id }) => id),
    );
  const wrong = fault ?? findUnknownName(where, 'vars', Object.keys(vars));
  if (wrong === null) return;
  throw new UserError(
    'usage',
    `--where ${wrong}. Nothing was changed. It is a CEL condition, such as 'code == "http_500" && attempts < 3'; it may use code, message, step, attempts, item, file, steps and vars.`,
  );
}

function findUnknownName(
  text: string,
  root: 'steps' | 'vars',
  known: readonly string[],
): string | null {
  const name = findNames(text, root).find((used) => !known.includes(used));
  if (name === undefined) return null;
  const existing = known.length === 0 ? 'none' : known.join(', ');
  return `reads ${root}.${name}, which the job does not have; known: ${existing}`;
}
