import type { Item, ItemKey } from '../core/item.ts';
import type { SeenAs } from '../core/item-kind.ts';
import type { JsonObject } from '../core/json.ts';
import type { Outcome } from '../core/outcome.ts';
import type { SendPermit } from '../transport/send.ts';

/** The finding of a probe about a request whose answer was lost. */
export type ProbeVerdict =
  | { readonly kind: 'happened'; readonly outcome: Outcome }
  /** It happened and started a job that has not ended. ucbulk polls it and never sends it again. */
  | Started
  | { readonly kind: 'did-not-happen' }
  | { readonly kind: 'undecided'; readonly note: string };

/**
 * A read that decides whether a request had its effect. It never changes anything. For a batch, it is
 * called once with the first item; the verdict applies to all of them.
 */
export type Probe = (item: Item, signal: AbortSignal) => Promise<ProbeVerdict>;

/**
 * The way to continue after a request whose effect is unknown (docs/guarantees.md):
 * - `idempotent`: send it again
 * - `detectable`: the state of the service shows the effect, to `probe` or in the answer to a repeat
 * - `tagged`: a search for our correlation tag shows the effect, after the settle time
 * - `undetectable`: nothing shows the effect; the item is in doubt until a person decides
 */
export type Doubt =
  | { readonly class: 'idempotent' }
  /** `settleMs`: time after the send within which its effect may appear, if longer than usual. */
  | { readonly class: 'detectable'; readonly probe: Probe | 'replay'; readonly settleMs?: number }
  | { readonly class: 'tagged'; readonly probe: Probe; readonly settleMs?: number }
  | { readonly class: 'undetectable' };

/** The record of an answer for a unit of work: the token of its job, or its result. */
export type Answered = { readonly token: string } | { readonly result: JsonObject };

/** Something in an answer that belongs to exactly one unit of work. */
export interface Named {
  readonly kind: 'token' | 'file' | 'group';
  readonly id: string;
}

interface Traits {
  /** As in a job file's `uses`. */
  readonly kind: string;
  /** True if the run asks before the operation and rechecks a stale selection. */
  readonly destructive: boolean;
  /** True if the operation changes the listing, so it starts only after the selection is complete. */
  readonly changesListing: boolean;
  readonly doubt: Doubt;
  /** The way the service named the items; see `missingReason`. Absent if it listed them as files. */
  readonly seenAs?: SeenAs;
  /**
   * Lists the things in an answer; only for operations that make something. A second unit of work with
   * the same thing is in doubt.
   */
  readonly namedIn?: (answered: Answered) => readonly Named[];
}

/** The permit of a request whose probe compares with the state before the request. */
export interface IntentPermit extends SendPermit {
  /** Keeps facts with the intent; must be called before the request. */
  keepBaseline(baseline: JsonObject): void;
}

/** The outcomes in a batch answer. ucbulk retries an item that is missing here. */
export type BatchOutcomes = ReadonlyMap<ItemKey, Outcome>;

/**
 * Requests whose items are fixed before the first send. The items stay together, because each request
 * makes one thing from all of them.
 */
export interface FixedBatches {
  /** Finds, by reads, the items because of which a whole request was refused; empty if unknown. */
  findUnfit(items: readonly Item[], signal: AbortSignal): Promise<ReadonlySet<ItemKey>>;
}

/** One request for up to `chunkSize` items. */
export interface BatchOperation extends Traits {
  readonly shape: 'batch';
  readonly chunkSize: number;
  /** Absent if it does not matter which items share a request. Required if a lost answer is probed. */
  readonly fixed?: FixedBatches;
  runChunk(items: readonly Item[], permit: IntentPermit): Promise<BatchOutcomes>;
}

/** One request per item; 100 items are claimed together. */
export interface EachOperation extends Traits {
  readonly shape: 'each';
  runItem(item: Item, permit: SendPermit): Promise<Outcome>;
}

/** A job inside the service has started; `token` is its conversion token or request id. */
export interface Started {
  readonly kind: 'started';
  readonly token: string;
}

/** The answers to a start request by item. An item that is missing here may have started or not. */
export type StartAnswers = ReadonlyMap<ItemKey, Outcome | Started>;

/** A remote job for a poll. */
export interface RemoteJob {
  readonly item: Item;
  readonly token: string;
  /** Server time, ms. */
  readonly startedAt: number;
  /** Time since then, ms. */
  readonly ageMs: number;
}

/** The result of a poll. */
export type PollAnswer =
  /** `token`: the token for further polls, if it changed. */
  | { readonly kind: 'running'; readonly token?: string }
  /** The job can't be polled any more, and nothing shows its outcome. */
  | { readonly kind: 'in-doubt'; readonly code: string; readonly message: string }
  /** `endedAt`: the end of the job, server time, ms, if the service reports it. */
  | (Outcome & { readonly endedAt?: number });

/** Starts work inside the service, then polls until it ends. */
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
  /** E.g. `convert/document pdf`. */
  readonly name: string;
  /** The assumed median duration until one was measured, ms. */
  readonly typicalMs: number;
}

/** The record of an unfinished upload in parts. */
export interface KeptTransfer {
  /** The data that the operation needs to continue. */
  readonly session: JsonObject;
  /** Checksums of the uploaded parts, by part number from 0. */
  readonly parts: ReadonlyMap<number, string>;
}

/** The progress of a transfer, for a process that continues it. Removed when the item has its outcome. */
export interface TransferNotes {
  /** null if nothing was kept. */
  read(): KeptTransfer | null;
  /** Keeps a new upload, in place of an earlier one. Durable once resolved. */
  begin(session: JsonObject): Promise<void>;
  /** Notes an uploaded part. Durable once resolved; shares its commit with others. */
  addPart(part: number, checksum: string): Promise<void>;
  /** Forgets the kept upload, or the kept answer: ucbulk can't continue with it. */
  forget(): Promise<void>;
  /**
   * Keeps the answer to a request before a check that follows it. If the check does not end in this
   * process, the next one continues with the answer. Durable once resolved.
   */
  keepAnswer(answer: JsonObject): Promise<void>;
  /** The answer whose check has not ended; null if there is none. */
  readAnswer(): JsonObject | null;
}

/** The permit of a transfer. */
export interface TransferPermit extends IntentPermit {
  /** Aborts when the run stops. Long work then ends at the next safe point. */
  readonly drain: AbortSignal;
  readonly notes: TransferNotes;
}

/** Many requests per item; those with an effect have their intent: uploads. */
export interface TransferOperation extends Traits {
  readonly shape: 'transfer';
  transferItem(item: Item, permit: TransferPermit): Promise<Outcome>;
}

/** An operation on items. Its shape decides how it calls the API. */
export type Operation = BatchOperation | EachOperation | RemoteOperation | TransferOperation;
