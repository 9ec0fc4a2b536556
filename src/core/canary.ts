import type { EffectCount } from './effect-count.ts';
import type { ItemState } from './item-state.ts';
import type { JsonObject } from './json.ts';
import { type StateCounts, settledCount } from './state-counts.ts';

/** An item of a canary with its outcome. */
export interface CanaryItem {
  readonly key: string;
  /** The name of the file; null if the source does not report it. */
  readonly filename: string | null;
  readonly state: ItemState;
  /** Failure code, warning code or skip reason; null if there is none. */
  readonly reason: string | null;
  readonly message: string | null;
  /** The result of the item's last step; null if there is none. */
  readonly result: JsonObject | null;
}

/**
 * The outcome of a canary: the first items of a run, which the run does before it asks whether to continue with
 * the others.
 */
export interface CanaryReport {
  /** Number of items of the canary. */
  readonly items: number;
  /** Number of items that wait for the answer. */
  readonly remaining: number;
  /** Number of entries that the source listed. */
  readonly listed: number;
  /** The items of the canary by state. */
  readonly counts: StateCounts;
  /** Failure codes, warning codes and skip reasons of the canary's items, most frequent first. */
  readonly reasons: readonly {
    readonly state: 'failed' | 'skipped' | 'done';
    readonly reason: string;
    readonly count: number;
    /** The step after which these items continued; absent if they ended there. */
    readonly step?: string;
  }[];
  /** Number of items that the canary paid for, by the name of the operation in `limits.paid`. */
  readonly paid: readonly { readonly name: string; readonly spent: number }[];
  /** How long the process that completed the canary worked on it, ms. */
  readonly workedMs: number;
  /** The first items of the canary with their outcomes. */
  readonly results: readonly CanaryItem[];
  /** The deletes and payments that the answer yes agrees to. */
  readonly effects: readonly EffectCount[];
}

/**
 * The share of failures that the other items can have at most, with a probability of 95%, if `failed` of
 * `settled` items failed. Without failures, this is the solution of `(1 - share)^settled = 5%`. With failures,
 * it adds two standard errors to the share of the canary.
 */
export function likelyMostFailed(counts: StateCounts): number | null {
  const settled = settledCount(counts);
  if (settled === 0) return null;
  if (counts.failed === 0) return 1 - 0.05 ** (1 / settled);
  const share = counts.failed / settled;
  return Math.min(1, share + 2 * Math.sqrt((share * (1 - share)) / settled));
}
