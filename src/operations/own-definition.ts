import type { ItemKind } from '../core/item-kind.ts';
import type { JsonObject } from '../core/json.ts';
import type { OwnCall, OwnOptions } from './own-call.ts';

/** The item that an own operation gets. */
export interface OwnItem {
  /** The item key: the UUID of a file, a URL, a path or the id of a group. */
  readonly key: string;
  /**
   * The UUID of the file to work on. It is the file of the item, or the file that an earlier step made
   * (`with.file`). Null if the items are not files.
   */
  readonly file: string | null;
  /** Facts from the source, such as the columns of a list. An empty object if there are none. */
  readonly details: JsonObject;
  /** Number of earlier attempts at this step. */
  readonly attempt: number;
  /**
   * A text of letters, digits, `.` and `-` that is the same for each attempt of this item at this step, and different
   * for any other item, step and run. Use it as an idempotency key, or as a tag that `probe` can look up.
   */
  readonly tag: string;
}

/** How an item ended. ucbulk records it, and does not call the operation for this item again. */
export type OwnOutcome =
  /**
   * The work is done. `result` is stored (at most 16,000 characters of JSON); later steps read it as
   * `steps.ID.KEY`, and reports show it.
   */
  | { readonly kind: 'done'; readonly result?: JsonObject }
  /** There was nothing to do for this item. */
  | { readonly kind: 'skipped'; readonly message: string }
  /**
   * The item failed, and the call certainly had no effect. `code` is a short name that never changes, such as
   * `no_such_user`; `own_code` if absent. `ucbulk retry` takes such items.
   */
  | { readonly kind: 'failed'; readonly message: string; readonly code?: string };

/**
 * The call certainly had no effect, and ucbulk should call the operation again later. It uses up an attempt.
 * `afterMs` is the shortest wait, ms.
 */
export interface OwnRetry {
  readonly kind: 'retry';
  readonly message: string;
  readonly afterMs?: number;
}

/** The operation has started a job elsewhere. ucbulk stores the token, and then calls `poll` with it. */
export interface OwnStarted {
  readonly kind: 'started';
  /** Identifies the job, at most 1,000 characters. Each item needs a token of its own. */
  readonly token: string;
}

/**
 * The answer of `probe`, a read that looks for the effect of a call whose answer was lost. An outcome means that the
 * call had its effect. `undecided` puts the item in doubt, so a person decides.
 */
export type OwnVerdict =
  | OwnOutcome
  | { readonly kind: 'did-not-happen' }
  | { readonly kind: 'undecided'; readonly message: string };

/**
 * The action after a lost answer: the call threw an error, exceeded its time limit, or the process died during the call.
 * - `repeat`: a second call has the same result as one call, so ucbulk calls again
 * - `probe`: ucbulk waits until a late effect would be visible, then calls `probe`
 * - `in-doubt`: nothing shows the effect. The item is in doubt until a person decides (`ucbulk resolve`)
 */
export type LostAnswer = 'repeat' | 'probe' | 'in-doubt';

interface OwnTraits<Options> {
  /** The version of this interface. `defineOperation` sets it; a plain object must contain it. */
  readonly ucbulk?: 'operation/1';
  /** The kind of items on which the operation works; `file` if absent. */
  readonly takes?: ItemKind;
  /**
   * Checks the options in `with`: a schema of zod (3.24 or later), Valibot, ArkType or another library that
   * implements Standard Schema, or a JSON Schema. If it is absent, the operation has no options.
   */
  readonly options?: OwnOptions<Options>;
  readonly lostAnswer: LostAnswer;
  /**
   * Maximum time of one call, ms, from 1 to 600,000; 30,000 if absent. After this time, `signal` aborts and the answer
   * counts as lost.
   */
  readonly timeLimitMs?: number;
  /**
   * True if the operation deletes, pays, or does something else that nobody can undo. The run then asks before the
   * first call, and checks the selection again before each call, as before a delete.
   */
  readonly irreversible?: boolean;
  /**
   * False if the operation never changes which items the source lists. The steps then need not wait until the whole
   * source is listed. True if absent.
   */
  readonly changesListing?: boolean;
  /**
   * `file` if each item that is done has a new file in the step's project. Its result then needs the key `file`: the UUID
   * of the file. Later steps can work on this file.
   */
  readonly makes?: 'file';
  /**
   * True if each item costs money. `limits.paid` and prices then call it `own-code`, the run asks before the first call,
   * and no file is paid for twice. It can't be combined with `lostAnswer: 'repeat'`.
   */
  readonly paid?: boolean;
  /** Describes the operation as a phrase about `them`, such as `sends them to the archive`. */
  describe?(options: Options): string;
}

interface OwnProbe<Options> {
  /** Looks for the effect of an earlier call; changes nothing. Needed if `lostAnswer` is `probe`. */
  probe?(item: OwnItem, call: OwnCall<Options>): Promise<OwnVerdict>;
}

/** An own operation that is called once for each item. */
export interface OwnEachOperation<Options> extends OwnTraits<Options>, OwnProbe<Options> {
  readonly shape: 'each';
  run(item: OwnItem, call: OwnCall<Options>): Promise<OwnOutcome | OwnRetry>;
}

/** An own operation that is called with several items. It can't have a `probe`. */
export interface OwnBatchOperation<Options> extends OwnTraits<Options> {
  readonly shape: 'batch';
  /** Maximum number of items in one call, from 1 to 100. */
  readonly maxItems: number;
  /** Returns the outcome of every item, by its key. */
  run(items: readonly OwnItem[], call: OwnCall<Options>): Promise<ReadonlyMap<string, OwnOutcome>>;
}

/** An own operation that starts a job elsewhere for each item, and asks for its state until it ends. */
export interface OwnRemoteOperation<Options> extends OwnTraits<Options> {
  readonly shape: 'remote';
  /** A guess how long a job takes, ms; 5,000 if absent. ucbulk learns the real durations. */
  readonly typicalMs?: number;
  start(item: OwnItem, call: OwnCall<Options>): Promise<OwnOutcome | OwnStarted | OwnRetry>;
  /** Reads the state of the job; changes nothing. */
  poll(
    job: { readonly token: string; readonly item: OwnItem; readonly ageMs: number },
    call: OwnCall<Options>,
  ): Promise<OwnOutcome | { readonly kind: 'running' }>;
  /** As `probe` of the other shapes. It may also return the token of the job that the lost call started. */
  probe?(item: OwnItem, call: OwnCall<Options>): Promise<OwnVerdict | OwnStarted>;
}

/** An operation of the user's own, for `uses: ./my-step.mjs` in a job file. */
export type OwnOperation<Options = JsonObject> =
  | OwnEachOperation<Options>
  | OwnBatchOperation<Options>
  | OwnRemoteOperation<Options>;

/** An item that an own source lists. */
export interface OwnListedItem {
  /** The item key, 1 to 2,000 characters. For files, the UUID. A repeated key is one item. */
  readonly key: string;
  /** Facts for the steps, as `item.NAME` in expressions; at most 16,000 characters of JSON. */
  readonly details?: JsonObject;
}

/** A page of an own source. */
export interface OwnPage {
  readonly items: readonly OwnListedItem[];
  /** The cursor of the next page, at most 2,000 characters; null on the last page. */
  readonly next: string | null;
}

/** A source of the user's own, for `source: { code: { uses: ./my-source.mjs } }` in a job file. */
export interface OwnSource<Options = JsonObject> {
  /** The version of this interface. `defineSource` sets it; a plain object must contain it. */
  readonly ucbulk?: 'source/1';
  /** The kind of the items. */
  readonly gives: ItemKind;
  /** Checks the options in `with`, as for operations. */
  readonly options?: OwnOptions<Options>;
  /** Maximum time for one page, ms, from 1 to 600,000; 30,000 if absent. */
  readonly timeLimitMs?: number;
  /** Describes the source as the beginning of a sentence, such as `Lists the rows of the archive`. */
  describe?(options: Options): string;
  /**
   * Reads a page; `cursor` is null for the first one. ucbulk stores each page with the cursor of the next one. After a
   * kill, another process continues with this cursor, so it must contain everything that the next page needs.
   */
  readPage(cursor: string | null, call: OwnCall<Options>): Promise<OwnPage>;
}

/**
 * Returns an own operation with its exact types. Export the result as the default export of the file that the job
 * names.
 */
export function defineOperation<Options = JsonObject>(
  operation: OwnOperation<Options>,
): OwnOperation<Options> {
  return { ...operation, ucbulk: 'operation/1' };
}

/**
 * Returns an own source with its exact types. Export the result as the default export of the file that the job names.
 */
export function defineSource<Options = JsonObject>(source: OwnSource<Options>): OwnSource<Options> {
  return { ...source, ucbulk: 'source/1' };
}
