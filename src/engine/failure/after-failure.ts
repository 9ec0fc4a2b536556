import { assertNever } from '../../core/assert-never.ts';
import { backoffDelay } from '../../core/backoff.ts';
import { ClassifiedError, WORKER_LOST } from '../../core/failure.ts';
import type { Item } from '../../core/item.ts';
import type { FailureNote } from '../../core/outcome.ts';
import type { ItemResult, TaskDependencies } from '../tasks/task.ts';
import { lostAnswerRule, needsProbe } from './lost-answer.ts';

/** The facts about a failed request that decide the next state of its items. */
export interface FailedSend {
  readonly failure: ClassifiedError;
  readonly step: number;
  /** True if an intent (the record before a send) was written. If not, nothing can have been sent. */
  readonly intended: boolean;
  /**
   * True if the service answered the item's request and ucbulk stored the answer. The failure then comes from
   * a later check of this answer.
   */
  readonly hasAnswer?: boolean;
  readonly deps: Pick<TaskDependencies, 'operation' | 'outage' | 'policy' | 'random' | 'serverNow'>;
}

/** Shortest pause before a retry for a file that another call is using, ms. Jitter may double the pause. */
const BUSY_MS = 10_000;

/** Decides the next state of an item whose request failed. */
export function afterFailure(item: Item, send: FailedSend): ItemResult {
  const { failure } = send;
  const effect = send.intended ? failure.effect : 'none';
  switch (failure.kind) {
    case 'permanent':
      return failed(item, toFailureNote(failure), effect);
    case 'throttled':
      return retry(item, send, { effect: 'none', delay: failure.retryAfterMs ?? 0, counts: false });
    case 'canceled':
    case 'fatal':
      return effect === 'none' ? { item, to: 'release', effect } : afterLostAnswer(item, send, 0);
    case 'transient':
      return afterTransient(item, send, effect);
    default:
      return assertNever(failure.kind, 'failure kind');
  }
}

/** The failure in the form that the ledger stores. */
export function toFailureNote(failure: ClassifiedError): FailureNote {
  const note = { code: failure.code, message: failure.message };
  return failure.requestId === undefined ? note : { ...note, requestId: failure.requestId };
}

/**
 * Converts a failure that would also hit every other item (wrong keys, a bug, no connection) into a failure
 * that stops the run. Returns null for any other failure.
 */
export function toFatalFailure(failure: ClassifiedError): ClassifiedError | null {
  if (failure.kind === 'fatal') return failure;
  const isUnreachable =
    failure.kind === 'transient' && failure.effect === 'none' && !isOfItem(failure);
  if (!isUnreachable) return null;
  return new ClassifiedError({
    kind: 'fatal',
    effect: 'none',
    code: failure.code,
    message: failure.message,
    fatalCause: 'service',
    cause: failure,
  });
}

/** Stops the run at once if a failure is fatal. So the other items of the task are not sent. */
export function stopIfFatal(
  failure: ClassifiedError,
  { stopRun }: Pick<TaskDependencies, 'stopRun'>,
): ClassifiedError | null {
  const fatal = toFatalFailure(failure);
  if (fatal !== null) stopRun(fatal);
  return fatal;
}

function afterTransient(item: Item, send: FailedSend, effect: 'none' | 'unknown'): ItemResult {
  const { failure, deps } = send;
  if (effect === 'none' && !isOfItem(failure)) return { item, to: 'release', effect };
  if (failure.code === 'concurrent') return afterConcurrent(item, send);
  const counts = !deps.outage.of(send.step).isOpen;
  const isLast = counts && item.attempts + 1 >= deps.policy.maxAttempts;
  if (isLast && (effect === 'none' || deps.operation.doubt.class === 'idempotent')) {
    return failed(item, gaveUp(send), effect);
  }
  const delay = Math.max(backoffDelay(item.attempts + 1, deps.random), failure.retryAfterMs ?? 0);
  if (effect === 'none') return retry(item, send, { effect, delay, counts });
  // A probe is a read that finds out what a request did. If the operation supports probes, ucbulk makes one
  // even after the last attempt. Without a probe, the item is in doubt.
  const isLookedUp = needsProbe(deps.operation.doubt);
  return isLast && !isLookedUp ? inDoubt(item, send) : afterLostAnswer(item, send, delay);
}

/** True if the request met the service, or the worker that should send it died. The failure is then of the item. */
function isOfItem({ status, code }: ClassifiedError): boolean {
  return status !== undefined || code === WORKER_LOST;
}

/** Postpones an item whose file another call is using. This does not use up one of the item's attempts. */
function afterConcurrent(item: Item, send: FailedSend): ItemResult {
  const { failure, deps } = send;
  const delay = Math.ceil(BUSY_MS * (1 + deps.random()));
  return retry(item, send, {
    effect: 'none',
    delay: Math.max(delay, failure.retryAfterMs ?? 0),
    counts: false,
  });
}

/**
 * Decides the next state of an item whose request may have had an effect, although its answer was lost. The
 * operation's `doubt` defines how ucbulk can find out the effect.
 */
function afterLostAnswer(item: Item, send: FailedSend, delay: number): ItemResult {
  const rule = lostAnswerRule(send.deps.operation.doubt, send.deps.policy);
  if (rule === 'in-doubt') return inDoubt(item, send);
  const wait = send.hasAnswer === true ? delay : Math.max(delay, rule.waitMs);
  const isOutage = send.deps.outage.of(send.step).isOpen;
  const counts = send.failure.kind === 'transient' && !isOutage;
  return retry(item, send, { effect: 'unknown', delay: wait, counts });
}

function retry(
  item: Item,
  send: FailedSend,
  how: { effect: 'none' | 'unknown'; delay: number; counts: boolean },
): ItemResult {
  return {
    item,
    to: 'retry',
    effect: how.effect,
    countsAsAttempt: how.counts,
    notBefore: send.deps.serverNow() + how.delay,
    note: toFailureNote(send.failure),
  };
}

function failed(item: Item, failure: FailureNote, effect: 'none' | 'unknown'): ItemResult {
  const result = { item, to: 'outcome', outcome: { kind: 'failed', failure } } as const;
  return effect === 'none' ? { ...result, effect } : result;
}

function inDoubt(item: Item, { failure }: FailedSend): ItemResult {
  return { item, to: 'in-doubt', note: toFailureNote(failure) };
}

function gaveUp({ failure, deps }: FailedSend): FailureNote {
  const note = toFailureNote(failure);
  const message = `Gave up after ${deps.policy.maxAttempts} attempts; the last one: ${note.message}`;
  return { ...note, code: 'gave_up', message };
}
