import { assertNever } from '../../core/assert-never.ts';
import { backoffDelay } from '../../core/backoff.ts';
import type { ClassifiedError } from '../../core/failure.ts';
import type { Item } from '../../core/item.ts';
import type { ProbeVerdict } from '../../operations/operation.ts';
import { firstPollAt } from '../service-state/job-durations.ts';
import type { ItemResult, TaskDependencies } from '../tasks/task.ts';
import { toFailureNote, toFatalFailure } from './after-failure.ts';
import { settleTimeMs } from './lost-answer.ts';

/**
 * Pause before the next probe if our clock may be wrong, ms. The answer to that probe may correct the clock.
 */
const SURE_AGAIN_MS = 2000;

/**
 * Decides the next state of an item after a probe looked up its request. Returns null if the request must be
 * sent again.
 */
export function afterProbe(
  item: Item,
  verdict: ProbeVerdict,
  deps: TaskDependencies,
): ItemResult | null {
  switch (verdict.kind) {
    case 'happened':
      return { item, to: 'outcome', outcome: verdict.outcome };
    case 'started':
      return {
        item,
        to: 'waiting',
        token: verdict.token,
        notBefore: firstPollAt(verdict.token, deps),
      };
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
 * True if the effect of the request may become visible only later, so that the probe proves nothing yet. The
 * answer to the probe may have corrected our clock. If the recorded send time now lies in the future, it was
 * recorded with a wrong clock. Then the age of the request is unknown, and waiting would prove nothing.
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
  message:
    'Gave up: the answer to the last attempt was lost, and a probe shows that it did nothing',
} as const;

/**
 * Decides the next state of an item if its probe failed. A failed probe shows nothing about the request, so
 * ucbulk probes again later. After the last attempt, the item is in doubt.
 */
export function afterFailedProbe(
  item: Item,
  failure: ClassifiedError,
  deps: TaskDependencies,
): ItemResult {
  const note = toFailureNote(failure);
  if (failure.kind === 'permanent') return { item, to: 'in-doubt', note };
  // A failure that stops the run is not the item's fault, so it must not use up one of the item's attempts.
  const saysNothing = failure.kind !== 'transient' || toFatalFailure(failure) !== null;
  if (saysNothing) return { item, to: 'release', effect: 'unknown' };
  if (item.attempts + 1 >= deps.policy.maxAttempts) return { item, to: 'in-doubt', note };
  const notBefore = deps.serverNow() + backoffDelay(item.attempts + 1, deps.random);
  return { item, to: 'retry', effect: 'unknown', countsAsAttempt: true, notBefore, note };
}
