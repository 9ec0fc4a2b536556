import type { Item, ItemKey } from '../core/item.ts';
import type { SeenAs } from '../core/item-kind.ts';
import type { JsonObject } from '../core/json.ts';
import type { Outcome } from '../core/outcome.ts';
import type { SendPermit } from '../transport/send.ts';

/** The result of a probe about a request whose answer was lost. */
export type ProbeVerdict =
  | { readonly kind: 'happened'; readonly outcome: Outcome }
  /**
   * The request happened and started a job that has not ended. ucbulk polls the job and never sends the
   * request again.
   */
  | Started
  | { readonly kind: 'did-not-happen' }
  | { readonly kind: 'undecided'; readonly note: string };

/**
 * A read that decides whether a request had its effect. A probe changes nothing. For a batch, it is called
 * once with the first item, and its verdict applies to all items of the batch.
 */
export type Probe = (item: Item, signal: AbortSignal) => Promise<ProbeVerdict>;

/**
 * How to continue after a request whose effect is unknown (docs/guarantees.md):
 * - `idempotent`: send the request again
 * - `detectable`: the state of the service shows the effect, either to `probe` or in the answer to a repeat
 * - `tagged`: a search for our correlation tag shows the effect, after the settle time
 * - `undetectable`: nothing shows the effect; the item is in doubt until a person decides
 */
export type Doubt =
  | { readonly class: 'idempotent' }
  /**
   * `settleMs`: time after the send in which the effect of the request may appear, if it is longer than
   * usual.
   */
  | { readonly class: 'detectable'; readonly probe: Probe | 'replay'; readonly settleMs?: number }
  | { readonly class: 'tagged'; readonly probe: Probe; readonly settleMs?: number }
  | { readonly class: 'undetectable' };

/** The content of an answer for one unit of work: the token of its job, or its result. */
export type Answered = { readonly token: string } | { readonly result: JsonObject };

/** Something that an answer names and that belongs to exactly one unit of work. */
export interface Named {
  readonly kind: 'token' | 'file' | 'group';
  readonly id: string;
}

interface Traits {
  /** The name of the operation, as in `uses` of a job file. */
  readonly kind: string;
  /** True if the run must ask before the operation, and must check an old selection again. */
  readonly destructive: boolean;
  /** True if the operation changes the listing. It then starts only after the selection is complete. */
  readonly changesListing: boolean;
  readonly doubt: Doubt;
  /** How the service listed the items; see `missingReason`. Absent if the service listed them as files. */
  readonly seenAs?: SeenAs;
  /**
   * Lists the things that an answer names. Present only for operations that make something. If two units of
   * work name the same thing, the second one is in doubt.
   */
  readonly namedIn?: (answered: Answered) => readonly Named[];
}

/** The permit of a request whose probe compares the state before and after the request. */
export interface IntentPermit extends SendPermit {
  /** Stores facts together with the intent. Must be called before the request is sent. */
  keepBaseline(baseline: JsonObject): void;
}

/** The outcomes in the answer to a batch request. If an item is missing here, ucbulk retries it. */
export type BatchOutcomes = ReadonlyMap<ItemKey, Outcome>;

/**
 * For operations whose requests always keep the same items. Each request makes one thing from all of its
 * items, so they are fixed before the first send.
 */
export interface FixedBatches {
  /**
   * Finds the items that caused the refusal of a whole request, by reading their files. Empty if no item is
   * known to be the cause.
   */
  findUnfit(items: readonly Item[], signal: AbortSignal): Promise<ReadonlySet<ItemKey>>;
}

/** An operation that sends one request for up to `chunkSize` items. */
export interface BatchOperation extends Traits {
  readonly shape: 'batch';
  readonly chunkSize: number;
  /**
   * Fixes which items share a request. Absent if that does not matter. Required if a lost answer is probed.
   */
  readonly fixed?: FixedBatches;
  runChunk(items: readonly Item[], permit: IntentPermit): Promise<BatchOutcomes>;
}

/** An operation that sends one request per item. 100 items are claimed together. */
export interface EachOperation extends Traits {
  readonly shape: 'each';
  runItem(item: Item, permit: SendPermit): Promise<Outcome>;
}

/** The service has started a job; `token` is its conversion token or request id. */
export interface Started {
  readonly kind: 'started';
  readonly token: string;
}

/**
 * The answers to a start request, by item. If an item is missing here, its job may or may not have started.
 */
export type StartAnswers = ReadonlyMap<ItemKey, Outcome | Started>;

/** A remote job for a poll. */
export interface RemoteJob {
  readonly item: Item;
  readonly token: string;
  /** Server time when the job started, ms. */
  readonly startedAt: number;
  /** Time since the start of the job, ms. */
  readonly ageMs: number;
}

/** The result of a poll. */
export type PollAnswer =
  /** `token`: the token for further polls, if it has changed. */
  | { readonly kind: 'running'; readonly token?: string }
  /** The job can no longer be polled, and nothing shows its outcome. */
  | { readonly kind: 'in-doubt'; readonly code: string; readonly message: string }
  /** `endedAt`: server time when the job ended, ms, if the service reports it. */
  | (Outcome & { readonly endedAt?: number });

/** An operation that starts a job at the service and polls it until it ends. */
export interface RemoteOperation extends Traits {
  readonly shape: 'remote';
  /** Number of items in a start request. A lost answer affects all of them. */
  readonly startSize: number;
  readonly job: JobKind;
  start(items: readonly Item[], permit: IntentPermit): Promise<StartAnswers>;
  poll(job: RemoteJob, signal: AbortSignal): Promise<PollAnswer>;
}

/** Remote jobs with a similar duration. ucbulk measures the duration of each kind. */
export interface JobKind {
  /** Name of the kind, such as `convert/document pdf`. */
  readonly name: string;
  /** The assumed median duration until ucbulk has measured some, ms. */
  readonly typicalMs: number;
}

/** The stored progress of an unfinished upload in parts. */
export interface KeptTransfer {
  /** The data that the operation needs to continue. */
  readonly session: JsonObject;
  /** Checksums of the uploaded parts, by part number from 0. */
  readonly parts: ReadonlyMap<number, string>;
}

/**
 * The stored progress of a transfer, so that another process can continue it. It is removed when the item has
 * its outcome.
 */
export interface TransferNotes {
  /** The stored upload; null if there is none. */
  read(): KeptTransfer | null;
  /** Stores a new upload in place of an earlier one. Durable when the promise resolves. */
  begin(session: JsonObject): Promise<void>;
  /** Records an uploaded part. Durable when the promise resolves. Several writes share one commit. */
  addPart(part: number, checksum: string): Promise<void>;
  /** Removes the stored upload or the stored answer, because ucbulk can't continue with it. */
  forget(): Promise<void>;
  /**
   * Stores the answer to a request before ucbulk checks it. If the check does not end in this process, the
   * next process continues with the stored answer. Durable when the promise resolves.
   */
  keepAnswer(answer: JsonObject): Promise<void>;
  /** The stored answer whose check has not ended; null if there is none. */
  readAnswer(): JsonObject | null;
}

/** The permit of a transfer. */
export interface TransferPermit extends IntentPermit {
  /** Aborts when the run stops. Long work then ends at the next safe point. */
  readonly drain: AbortSignal;
  readonly notes: TransferNotes;
}

/**
 * An operation that sends many requests per item, such as an upload. Each request with an effect has its own
 * intent.
 */
export interface TransferOperation extends Traits {
  readonly shape: 'transfer';
  transferItem(item: Item, permit: TransferPermit): Promise<Outcome>;
}

/** An operation on items. Its shape determines how it calls the API. */
export type Operation = BatchOperation | EachOperation | RemoteOperation | TransferOperation;
