import type { Item, ItemKey } from '../core/item.ts';
import type { SeenAs } from '../core/item-kind.ts';
import type { JsonObject } from '../core/json.ts';
import type { Outcome } from '../core/outcome.ts';
import type { SendPermit } from '../transport/send.ts';

/** The result of a probe about a request whose answer was lost. */
export type ProbeVerdict =
  | { readonly kind: 'happened'; readonly outcome: Outcome }
  /**
   * The request had its effect: it started a job that has not ended. ucbulk polls this job and does not send
   * the request again.
   */
  | Started
  | { readonly kind: 'did-not-happen' }
  | { readonly kind: 'undecided'; readonly note: string };

/**
 * A read that finds out whether a request had its effect. It changes nothing. For a batch, ucbulk calls it
 * once with the first item, and the result is valid for all items of the batch.
 */
export type Probe = (item: Item, signal: AbortSignal) => Promise<ProbeVerdict>;

/**
 * How ucbulk finds out whether a request had its effect if its answer was lost (docs/guarantees.md).
 * - `idempotent`: ucbulk need not find out and sends the request again
 * - `detectable`: the state of the service shows the effect. `probe` reads this state; `replay` means that
 *   the answer to a repeated request shows it
 * - `tagged`: ucbulk sets a tag and searches for it. The search shows the effect only after the time in which
 *   the effect may still become visible
 * - `undetectable`: nothing shows the effect. The item is in doubt until a person decides
 */
export type Doubt =
  | { readonly class: 'idempotent' }
  /**
   * `settleMs`: how long after the send the effect may still become visible, ms. Present if this is longer
   * than usual.
   */
  | { readonly class: 'detectable'; readonly probe: Probe | 'replay'; readonly settleMs?: number }
  | { readonly class: 'tagged'; readonly probe: Probe; readonly settleMs?: number }
  | { readonly class: 'undetectable' };

/**
 * The part of an answer that belongs to one item only (or to the items of one batch): the token of a remote
 * job, or the result.
 */
export type Answered = { readonly token: string } | { readonly result: JsonObject };

/** Something that an answer names and that can belong to only one item, or to the items of one batch. */
export interface Named {
  readonly kind: 'token' | 'file' | 'group';
  readonly id: string;
}

interface Traits {
  /** The name of the operation, as in `uses` of a job file. */
  readonly kind: string;
  /**
   * True if the operation deletes. The run then asks for a confirmation, and checks old pages again before
   * the request.
   */
  readonly destructive: boolean;
  /**
   * True if the operation changes what a listing contains. The step then starts only after the whole source
   * is listed.
   */
  readonly changesListing: boolean;
  readonly doubt: Doubt;
  /**
   * How ucbulk found the items. It decides the reason for a missing file (`withMissingReason`). Absent if the
   * items come from a listing of files.
   */
  readonly seenAs?: SeenAs;
  /**
   * Lists the things that an answer names. Present only for operations that make something. If the answers
   * for two items name the same thing and the items do not share their work, the second item is in doubt.
   */
  readonly namedIn?: (answered: Answered) => readonly Named[];
}

/**
 * The permit for a request that may be probed after a lost answer. The probe compares the states before and
 * after the request.
 */
export interface IntentPermit extends SendPermit {
  /**
   * Stores data about the state before the request, together with the intent. Call it before the request is
   * sent.
   */
  keepBaseline(baseline: JsonObject): void;
}

/**
 * The outcomes in the answer to a batch request, by item. ucbulk retries an item that has no outcome here.
 */
export type BatchOutcomes = ReadonlyMap<ItemKey, Outcome>;

/**
 * For operations that make one thing from all items of a request. ucbulk fixes these items before the first
 * send, so that a repeated request has the same items.
 */
export interface FixedBatches {
  /**
   * Finds out which items made the service refuse the whole request. Reads the file of each item. Empty if
   * all files exist.
   */
  findUnfit(items: readonly Item[], signal: AbortSignal): Promise<ReadonlySet<ItemKey>>;
}

/** An operation that sends one request for several items. */
export interface BatchOperation extends Traits {
  readonly shape: 'batch';
  readonly chunkSize: number;
  /**
   * Present if the items of a request must not change after the first send. Necessary if the operation
   * supports probes, because a probe looks for the common effect of these items.
   */
  readonly fixed?: FixedBatches;
  runChunk(items: readonly Item[], permit: IntentPermit): Promise<BatchOutcomes>;
}

/** An operation that sends one request per item. */
export interface EachOperation extends Traits {
  readonly shape: 'each';
  runItem(item: Item, permit: SendPermit): Promise<Outcome>;
}

/** The service has started a remote job. `token` identifies it, for polls. */
export interface Started {
  readonly kind: 'started';
  readonly token: string;
}

/**
 * The answers to a request that starts jobs, by item. The job of an item without an answer may or may not
 * have started.
 */
export type StartAnswers = ReadonlyMap<ItemKey, Outcome | Started>;

/** A remote job that is about to be polled. */
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
  /**
   * `token` is present if it has changed; the next polls must use it. `isMade` is present if the job has ended
   * and the new token names its file, which may be incomplete.
   */
  | { readonly kind: 'running'; readonly token?: string; readonly isMade?: true }
  /** Nothing can show the outcome of the job any more. */
  | { readonly kind: 'in-doubt'; readonly code: string; readonly message: string }
  /** `endedAt`: server time when the job ended, ms. Absent if the service does not report it. */
  | (Outcome & { readonly endedAt?: number });

/** An operation that starts a job at the service and polls it until it ends. */
export interface RemoteOperation extends Traits {
  readonly shape: 'remote';
  /**
   * Maximum number of items in a request that starts jobs. If the answer is lost, all of these items are
   * affected.
   */
  readonly startSize: number;
  readonly job: JobKind;
  start(items: readonly Item[], permit: IntentPermit): Promise<StartAnswers>;
  poll(job: RemoteJob, signal: AbortSignal): Promise<PollAnswer>;
  /** Present if ucbulk can read the new files of several jobs together. */
  readonly newFiles?: NewFiles;
}

/** Reads the new files of jobs until they are complete. */
export interface NewFiles {
  /** True if the duration of a job includes the time until its file is complete, as for copies. */
  readonly isPartOfJob: boolean;
  /** True if the token of a job names its new file, so that only this file must be read. */
  isNamedIn(token: string): boolean;
  /**
   * Polls several jobs whose tokens name their files. The answers are in the order of the jobs; null if the
   * file of a job must be read alone.
   */
  pollTogether(
    jobs: readonly RemoteJob[],
    signal: AbortSignal,
  ): Promise<readonly (PollAnswer | null)[]>;
}

/** A kind of remote jobs with similar durations. ucbulk measures the durations of each kind. */
export interface JobKind {
  /** Name of the kind, such as `convert/document pdf`. */
  readonly name: string;
  /** Guessed median duration, until ucbulk has measured some, ms. */
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
 * Access to the stored progress of an upload, so that another process can continue it. It is removed when the
 * item has its outcome.
 */
export interface TransferNotes {
  /** The stored upload; null if there is none. */
  read(): KeptTransfer | null;
  /** Stores a new upload and removes an earlier one. The data is safe on disk when the promise resolves. */
  begin(session: JsonObject): Promise<void>;
  /**
   * Records an uploaded part. It is safe on disk when the promise resolves. Several calls share one commit.
   */
  addPart(part: number, checksum: string): Promise<void>;
  /** Removes the stored upload or the stored answer, because ucbulk can't continue with it. */
  forget(): Promise<void>;
  /**
   * Stores the answer to an upload before ucbulk checks it. If the process ends before the check, the next
   * process checks the stored answer. The data is safe on disk when the promise resolves.
   */
  keepAnswer(answer: JsonObject): Promise<void>;
  /** The stored answer that must still be checked; null if there is none. */
  readAnswer(): JsonObject | null;
}

/**
 * Lets an upload send its requests: it records the intent of each, and says when the upload must stop or end.
 */
export interface TransferPermit extends IntentPermit {
  /** Aborts when the run stops. A long upload then ends at the next point from which it can be continued. */
  readonly drain: AbortSignal;
  readonly notes: TransferNotes;
}

/**
 * An operation that sends many requests per item, such as an upload. Each request that may have an effect has
 * its own intent.
 */
export interface TransferOperation extends Traits {
  readonly shape: 'transfer';
  transferItem(item: Item, permit: TransferPermit): Promise<Outcome>;
}

/** An operation on items. Its shape determines how it calls the API. */
export type Operation = BatchOperation | EachOperation | RemoteOperation | TransferOperation;
