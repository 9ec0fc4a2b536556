import type { JsonObject } from './json.ts';

/**
 * What makes an item the same item in a run: the file's UUID for files, else the source's own key.
 */
export type ItemKey = string;

/** The durable mark of a request, as its probe sees it. */
export interface Intent {
  /** The same for all items of one request. */
  readonly id: number;
  /** What the operation kept with it for its probe to compare with; null where nothing. */
  readonly baseline: JsonObject | null;
}

/** An item as a step of the engine sees it. */
export interface Item {
  /** Place in the selection, from 1; the ledger's primary key. */
  readonly seq: number;
  readonly key: ItemKey;
  /** Number of attempts this step has made so far, this one not counted. */
  readonly attempts: number;
  /** Requests that may have had an effect and whose answer was never settled. */
  readonly openSends: number;
  /** Server time (ms) of the latest of those requests; null where there is none. */
  readonly sentAt: number | null;
  /** The latest of those requests itself; absent where there is none. */
  readonly intent?: Intent;
  /** UUID of the file that an earlier step made and this one acts on; null where it is the item's own. */
  readonly file: string | null;
  /** What the source knew of the item and steps need: the columns of a list, the path of a file. */
  readonly details: JsonObject | null;
  /** What the step's own expressions give for it (`addFrom`, `setFrom`); absent where it has none. */
  readonly values?: JsonObject;
}
