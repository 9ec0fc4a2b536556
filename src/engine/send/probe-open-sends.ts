import { assertNever } from '../../core/assert-never.ts';
import { type ClassifiedError, failureOf } from '../../core/failure.ts';
import type { Item } from '../../core/item.ts';
import type { Probe, ProbeVerdict } from '../../operations/operation.ts';
import {
  attemptDelay,
  needsProbe,
  noteOf,
  settleTimeMs,
  stopIfFatal,
  toFatalFailure,
} from '../failure/after-failure.ts';
import { firstPollAt } from '../service-state/job-durations.ts';
import { settleAll } from '../tasks/parallel.ts';
import {
  groupByRequest,
  type ItemResult,
  type Task,
  type TaskDependencies,
  withFrozenTime,
} from '../tasks/task.ts';

/** Time after which another answer shows which of two times is right, ms. */
const SURE_AGAIN_MS = 2000;

/** The items to send after the probes. */
export interface Probed {
  /** Failure that must stop the run; null if there is none. */
  readonly fatal: ClassifiedError | null;
  readonly ready: readonly Item[];
}

/** Probes items whose answers were lost, if the operation can do so. */
export async function probeOpenSends(task: Task, deps: TaskDependencies): Promise<Probed> {
  const { doubt } = deps.operation;
  const probe = 'probe' in doubt && doubt.probe !== 'replay' ? doubt.probe : null;
  if (probe === null || !needsProbe(doubt)) return { fatal: null, ready: task.items };
  const inQuestion = task.items.filter((item) => isInQuestion(item, deps));
  // One probe for all items of a batch request, which share one effect; otherwise one for each item.
  const requests =
    deps.operation.shape === 'batch'
      ? groupByRequest(inQuestion)
      : inQuestion.map((item) => [item]);
  const ends = await settleAll(
    requests.map((items) => probeRequest({ ...task, items }, probe, deps)),
  );
  const unsent = new Set(ends.flatMap((end) => end.ready));
  // In their order: items that are sent together again go as they did before.
  const ready = task.items.flatMap((item) => {
    if (!isInQuestion(item, deps)) return [item];
    return unsent.has(item) ? [{ ...item, openSends: 0, sentAt: null }] : [];
  });
  const fatal = ends.map((end) => end.fatal).find((failure) => failure !== null) ?? null;
  return { fatal, ready };
}

/** A stored answer needs no probe, unless its check has failed too often. */
function isInQuestion(item: Item, { journal, policy }: TaskDependencies): boolean {
  if (item.openSends === 0) return false;
  return !journal.hasAnswer(item) || item.attempts >= policy.maxAttempts;
}

async function probeRequest(task: Task, probe: Probe, deps: TaskDependencies): Promise<Probed> {
  const [first] = task.items;
  if (first === undefined) return { fatal: null, ready: [] };
  const attempt = deps.journal.begin(task);
  try {
    const verdict = await deps.slot(() => probe(first, deps.stopSignal));
    const moment = withFrozenTime(deps);
    const results = task.items.map((item) => resultOf(item, verdict, moment));
    const settled = results.filter((result) => result !== null);
    if (settled.length > 0) await attempt.settle(settled);
    return { fatal: null, ready: task.items.filter((_, place) => results[place] === null) };
  } catch (error) {
    const failure = failureOf(error);
    const fatal = stopIfFatal(failure, deps);
    const moment = withFrozenTime(deps);
    await attempt.settle(task.items.map((item) => afterFailedProbe(item, failure, moment)));
    return { fatal, ready: [] };
  }
}

/** null if the item must be sent again. */
function resultOf(item: Item, verdict: ProbeVerdict, deps: TaskDependencies): ItemResult | null {
  switch (verdict.kind) {
    case 'happened':
      return { item, to: 'outcome', outcome: verdict.outcome };
    case 'started':
      return { item, to: 'waiting', token: verdict.token, notBefore: firstPollAt(deps) };
    case 'did-not-happen': {
      if (isTooEarly(item, deps)) return lookAgain(item, deps);
      if (item.attempts < deps.policy.maxAttempts) return null;
      const outcome = { kind: 'failed', failure: NOT_DONE } as const;
      return { item, to: 'outcome', outcome, effect: 'none' };
    }
    case 'undecided':
      return { item, to: 'in-doubt', note: { code: 'undecided', message: verdict.note } };
    default:
      return assertNever(verdict, 'verdict');
  }
}

/**
 * The probe itself may have shown that our clock was ahead, so that a late effect may still come. An intent
 * with a later time was recorded while the clock was wrong, and proves nothing.
 */
function isTooEarly({ sentAt }: Item, deps: TaskDependencies): boolean {
  if (deps.isClockUntrusted()) return true;
  const age = sentAt === null ? Number.POSITIVE_INFINITY : deps.serverNow() - sentAt;
  return age >= 0 && age < settleTimeMs(deps.operation.doubt, deps.policy);
}

function lookAgain(item: Item, deps: TaskDependencies): ItemResult {
  const now = deps.serverNow();
  const settled = (item.sentAt ?? now) + settleTimeMs(deps.operation.doubt, deps.policy);
  const notBefore = deps.isClockUntrusted() ? now + SURE_AGAIN_MS : settled;
  return { item, to: 'release', effect: 'unknown', notBefore };
}

const NOT_DONE = {
  code: 'gave_up',
  message: 'Gave up: the answer to the last attempt was lost, and a look shows that it did nothing',
} as const;

/** A failed probe settles nothing. The item keeps its open send and is probed again later. */
function afterFailedProbe(
  item: Item,
  failure: ClassifiedError,
  deps: TaskDependencies,
): ItemResult {
  const note = noteOf(failure);
  if (failure.kind === 'permanent') return { item, to: 'in-doubt', note };
  // A failure that stops the run is not the item's, and must not use up its attempts.
  const saysNothing = failure.kind !== 'transient' || toFatalFailure(failure) !== null;
  if (saysNothing) return { item, to: 'release', effect: 'unknown' };
  if (item.attempts + 1 >= deps.policy.maxAttempts) return { item, to: 'in-doubt', note };
  const notBefore = deps.serverNow() + attemptDelay(item.attempts, deps.random);
  return { item, to: 'retry', effect: 'unknown', countsAsAttempt: true, notBefore, note };
}
