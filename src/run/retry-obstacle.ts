import type { FailedEffect } from '../core/outcome.ts';

/**
 * The reason why a failed item can't be retried.
 * - `unknown-effect`: its request may have had an effect, and a repeat could have a second one
 * - `made-file`: its request made a file. A retry would make another one
 * - `not-recorded`: an older version of ucbulk did not store the effect of the failure
 * - `continued`: it failed at an earlier step and continued, so later steps have already run for it
 */
export type RetryObstacle = 'unknown-effect' | 'made-file' | 'not-recorded' | 'continued';

/** The facts about a failed item that decide whether it can be retried. */
export interface FailedItemFacts {
  /** The effect of its work at the service; null if the ledger does not contain it. */
  readonly effect: FailedEffect | null;
  /** True if a repeated request of its step has the same result as one request. */
  readonly isRepeatable: boolean;
  /** True if it failed at an earlier step than the one at which it ended. */
  readonly hasContinued: boolean;
}

/** Finds the reason why a failed item can't be retried; null if it can. */
export function findRetryObstacle(facts: FailedItemFacts): RetryObstacle | null {
  const { effect, isRepeatable, hasContinued } = facts;
  if (hasContinued) return 'continued';
  if (effect === 'made') return 'made-file';
  if (effect === 'none' || effect === 'ended' || isRepeatable) return null;
  return effect === null ? 'not-recorded' : 'unknown-effect';
}
