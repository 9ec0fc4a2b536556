import type { JsonObject } from './json.ts';

/** Identifies an item in a run: the UUID of a file, or for other items the key that the source uses. */
export type ItemKey = string;

/** The durable record of a request that is about to be sent. */
export interface Intent {
  /** Id of the request; all items of the request have the same id. */
  readonly id: number;
  /** State before the request, with which its probe compares; null if the operation stores none. */
  readonly baseline: JsonObject | null;
}

/** An item as the engine passes it to a step. */
export interface Item {
  /** Position in the selection, starting at 1. It is the primary key in the ledger. */
  readonly seq: number;
  readonly key: ItemKey;
  /** Number of earlier attempts at this step. */
  readonly attempts: number;
  /** Number of requests that may have had an effect and whose outcome is unknown. */
  readonly openSends: number;
  /** Server time of the latest request with an unknown outcome, ms; null if there is none. */
  readonly sentAt: number | null;
  /** The latest request that may have had an effect and whose outcome is unknown; absent if there is none. */
  readonly intent?: Intent;
  /**
   * UUID of the file that an earlier step made, if this step uses it; null if this step uses the item's own
   * file.
   */
  readonly file: string | null;
  /** Facts from the source that steps need, such as the columns of a list or the path of a file. */
  readonly details: JsonObject | null;
  /** Results of the step's expressions (`addFrom`, `setFrom`); absent if the step has none. */
  readonly values?: JsonObject;
}
