import type { JsonObject } from './json.ts';

/**
 * Identifies an item in a run: the UUID of a file, otherwise the key that the source uses.
 */
export type ItemKey = string;

/** The durable record of a request that is about to be sent. */
export interface Intent {
  /** The same for all items of one request. */
  readonly id: number;
  /** State before the request, for its probe to compare with; null if the operation keeps none. */
  readonly baseline: JsonObject | null;
}

/** An item as a step of the engine sees it. */
export interface Item {
  /** Place in the selection, from 1; the ledger's primary key. */
  readonly seq: number;
  readonly key: ItemKey;
  /** Number of earlier attempts at this step. */
  readonly attempts: number;
  /** Number of requests that may have had an effect and whose outcome is unknown. */
  readonly openSends: number;
  /** Server time (ms) of the latest request with an unknown outcome; null if there is none. */
  readonly sentAt: number | null;
  /** The latest request that may have had an effect and whose outcome is unknown; absent if there is none. */
  readonly intent?: Intent;
  /** UUID of the file that an earlier step made and this one uses; null for the item's own file. */
  readonly file: string | null;
  /** Facts from the source that steps need: the columns of a list, the path of a file. */
  readonly details: JsonObject | null;
  /** Results of the step's expressions (`addFrom`, `setFrom`); absent if it has none. */
  readonly values?: JsonObject;
}
