import { createHash } from 'node:crypto';
import { ClassifiedError } from '../core/failure.ts';
import { MAX_METADATA_KEYS } from '../core/file-limits.ts';
import type { Item } from '../core/item.ts';

/** The run and step of an operation, and the clock of the service. */
export interface OperationContext {
  readonly run: string;
  readonly step: string;
  /** Server time, ms. */
  readonly serverNow: () => number;
}

/**
 * Tolerance for comparisons with the service's time, ms. Our estimate of this time is not exact. So a thing
 * that was made up to this long before our request may still be the effect of the request. The error of the
 * estimate has three parts: up to two seconds that ucbulk does not correct, half a second in a Date header,
 * and half of a slow round trip. With a lower tolerance, ucbulk might repeat a request that had its effect.
 */
export const CLOCK_SLACK_MS = 5000;

/** The metadata key with which ucbulk marks a new file, so that it can find the file after a lost answer. */
export const INTENT_KEY = 'ucbulk_intent';

/** True if the metadata leaves room for ucbulk's own key, and does not contain this key already. */
export function leavesIntentKey(metadata: object): boolean {
  return Object.keys(metadata).length < MAX_METADATA_KEYS && !(INTENT_KEY in metadata);
}

/**
 * The metadata of a new file, with ucbulk's own key. Throws a failure of this item alone if the service does not allow so
 * many keys. `advice` says how to leave some out.
 */
export function markedMetadata(
  metadata: Readonly<Record<string, string>>,
  tag: string,
  advice: string,
): Record<string, string> {
  const count = Object.keys(metadata).length;
  if (count < MAX_METADATA_KEYS) return { ...metadata, [INTENT_KEY]: tag };
  throw new ClassifiedError({
    kind: 'permanent',
    effect: 'none',
    code: 'too_many_metadata_keys',
    message: `The file would have ${count} metadata keys, and it can have at most ${MAX_METADATA_KEYS - 1} in addition to ${INTENT_KEY}. Nothing was sent. ${advice}`,
  });
}

/** The fault of metadata without room for ucbulk's own key. */
export const NO_INTENT_KEY = {
  error: `has more than ${MAX_METADATA_KEYS - 1} metadata keys, or ${INTENT_KEY} among them: ucbulk needs that key itself`,
};

/**
 * The tag with which ucbulk marks the new file of an item. It is the same when a request is repeated, and
 * different for each run, step and item.
 */
export function intentTag({ run, step }: OperationContext, item: Item): string {
  const hash = createHash('sha256').update(item.key).digest('hex').slice(0, 16);
  return `${run}.${step}.${hash}`;
}
