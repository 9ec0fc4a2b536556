import type { JsonObject } from './json.ts';

/** Identifies an item in a run. For a file, it is the UUID. For other items, the source chooses it. */
export type ItemKey = string;

/** The intent of a request: a record that is written to disk before the request is sent. */
export interface Intent {
  /** Id of the request; all items of the request have the same id. */
  readonly id: number;
  /**
   * Data that the operation stored before the request. A probe compares it with the state after the request.
   * Null if the operation stores none.
   */
  readonly baseline: JsonObject | null;
}

/** An item as the engine passes it to a step. */
export interface Item {
  /** Position in the selection, starting at 1. It is the primary key in the ledger. */
  readonly seq: number;
  readonly key: ItemKey;
  /** Number of earlier attempts at this step. */
  readonly attempts: number;
  /** Number of requests for this item whose result is unknown. */
  readonly openSends: number;
  /** Server time of the latest request whose result is unknown, ms. Null if there is none. */
  readonly sentAt: number | null;
  /** The latest request whose result is unknown. Absent if there is none. */
  readonly intent?: Intent;
  /**
   * UUID of the file that an earlier step made and on which this step works. Null if the step works on the
   * item's own file.
   */
  readonly file: string | null;
  /** Facts from the source that steps need, such as the columns of a list or the path of a file. */
  readonly details: JsonObject | null;
  /** The values of the step's expressions (`addFrom`, `setFrom`). Absent if the step has none. */
  readonly values?: JsonObject;
}
