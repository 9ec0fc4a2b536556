import { createHash } from 'node:crypto';
import { MAX_METADATA_KEYS } from '../core/file-limits.ts';
import type { Item } from '../core/item.ts';

/** Where an operation stands: which run and step, and what time it is at the service. */
export interface OperationContext {
  readonly run: string;
  readonly step: string;
  /** Server time, ms. */
  readonly serverNow: () => number;
}

/**
 * What was made up to so long before our request, by the service's clock, may still be its effect:
 * our idea of that clock may be off by two seconds that are not corrected, the half second of a
 * Date header, and half of a slow round trip. Too little would send again what was done, ms.
 */
export const CLOCK_SLACK_MS = 5000;

/** The metadata key that makes a new file findable again when the answer to its making was lost. */
export const INTENT_KEY = 'ucbulk_intent';

/** True where metadata leaves a place for our own key, and is without it. */
export function leavesIntentKey(metadata: object): boolean {
  return Object.keys(metadata).length < MAX_METADATA_KEYS && !(INTENT_KEY in metadata);
}

/** What is wrong with metadata that does not. */
export const NO_INTENT_KEY = {
  error: `has more than ${MAX_METADATA_KEYS - 1} metadata keys, or ${INTENT_KEY} among them: that one is ucbulk's own`,
};

/** The correlation tag of an item: the same at every repeat, another for every run, step and item. */
export function intentTag({ run, step }: OperationContext, item: Item): string {
  const hash = createHash('sha256').update(item.key).digest('hex').slice(0, 16);
  return `${run}.${step}.${hash}`;
}
