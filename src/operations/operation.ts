import type { Item, ItemKey } from '../core/item.ts';
import type { SeenAs } from '../core/item-kind.ts';
import type { JsonObject } from '../core/json.ts';
import type { Outcome } from '../core/outcome.ts';
import type { SendPermit } from '../transport/send.ts';

/** What a probe found out about a request whose answer was lost. */
export type ProbeVerdict =
  | { readonly kind: 'happened'; readonly outcome: Outcome }
  /** It happened, and what it began is not through: to be polled, never sent again. */
  | Started
  | { readonly kind: 'did-not-happen' }
  | { readonly kind: 'undecided'; readonly note: string };

/**
 * A read that settles what is in doubt. Never changes anything. Of a request for a batch it is asked
 * once, with the first of its items: the verdict holds for all of them.
 */
export type Probe = (item: Item, signal: AbortSignal) => Promise<ProbeVerdict>;

/**
 * What may be done after a request whose effect is unknown (docs/guarantees.md):
 * - `idempotent`: send it again
 * - `detectable`: the service's state tells; by `probe`, or because the repeated request's own answer does
 * - `tagged`: our correlation tag tells, once the settle time is over
 * - `undetectable`: nothing tells; the item is in doubt until a person decides
 */
export type Doubt =
  | { readonly class: 'idempotent' }
  /** `settleMs`: how long after the send its effect may still come, where longer than usual. */
  | { readonly class: 'detectable'; readonly probe: Probe | 'replay'; readonly settleMs?: number }
  | { readonly class: 'tagged'; readonly probe: Probe; readonly settleMs?: number }
  | { readonly class: 'undetectable' };

/** What an answer leaves of a unit of work: the token of its job, or its result. */
export type Answered = { readonly token: string } | { readonly result: JsonObject };

/** Something that the service named in an answer, and that belongs to one unit of work alone. */
export interface Named {
  readonly kind: 'token' | 'file' | 'group';
  readonly id: string;
}

interface Traits {
  /** As in a job file's `uses`. */
  readonly kind: string;
  /** Asks for a confirmation, and its selection is checked again when stale. */
  readonly destructive: boolean;
  /** Changes what the listing shows, so it acts on the finished selection only. */
  readonly changesListing: boolean;
  readonly doubt: Doubt;
  /** What the service has said of the items; see `missingReason`. Absent if they are files that it listed. */
  readonly seenAs?: SeenAs;
  /**
   * Lists what an answer names; only of operations that make something. A second unit of work that
   * gets the same is in doubt.
   */
  readonly namedIn?: (answered: Answered) => readonly Named[];
}

/** What a request may use whose probe compares with what was before it. */
export interface IntentPermit extends SendPermit {
  /** Gives what is to be kept with the intent; to be called before the request. */
  keepBaseline(baseline: JsonObject): void;
}

/** What a batch answer said of each item; an item that is missing here is tried again. */
export type BatchOutcomes = ReadonlyMap<ItemKey, Outcome>;

/**
 * Requests whose items are fixed before the first send: they go together whatever happens on the
 * way, since each request makes something of all its items.
 */
export interface FixedBatches {
  /** Of a request that was refused as a whole, finds the items to blame by reads; none if it can't tell. */
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

/** One request an item; 100 items are claimed together. */
export interface EachOperation extends Traits {
  readonly shape: 'each';
  runItem(item: Item, permit: SendPermit): Promise<Outcome>;
}

/** Work inside the service has begun; `token` is its conversion token or request id. */
export interface Started {
  readonly kind: 'started';
  readonly token: string;
}

/** What a start request said of each item; an item that is missing here may or may not have begun. */
export type StartAnswers = ReadonlyMap<ItemKey, Outcome | Started>;

/** A remote job as a poll sees it. */
export interface RemoteJob {
  readonly item: Item;
  readonly token: string;
  /** Server time, ms. */
  readonly startedAt: number;
  /** Time since then, ms. */
  readonly ageMs: number;
}

/** What a poll found. */
export type PollAnswer =
  /** `token`: what the job is asked about by from now on, where that changed. */
  | { readonly kind: 'running'; readonly token?: string }
  /** The job can't be followed any more, and nothing tells what became of it. */
  | { readonly kind: 'in-doubt'; readonly code: string; readonly message: string }
  /** `endedAt`: when the job ended, server time, ms, where the service tells. */
  | (Outcome & { readonly endedAt?: number });

/** Starts work inside the service, then polls until it ends. */
export interface RemoteOperation extends Traits {
  readonly shape: 'remote';
  /** Items one start request takes: a lost answer puts all of them in question. */
  readonly startSize: number;
  readonly job: JobKind;
  start(items: readonly Item[], permit: IntentPermit): Promise<StartAnswers>;
  poll(job: RemoteJob, signal: AbortSignal): Promise<PollAnswer>;
}

/** Remote jobs that take about as long as each other: how long is learned for each kind. */
export interface JobKind {
  /** E.g. `convert/document pdf`. */
  readonly name: string;
  /** What half of them take, as long as none was seen, ms. */
  readonly typicalMs: number;
}

/** What was kept of an upload in parts. */
export interface KeptTransfer {
  /** What the operation needs to go on with it. */
  readonly session: JsonObject;
  /** Checksums of the parts that are there, by their places from 0. */
  readonly parts: ReadonlyMap<number, string>;
}

/** Where a transfer keeps how far it is, for the process that goes on with it; forgotten once the item has its outcome. */
export interface TransferNotes {
  /** null where nothing was kept. */
  read(): KeptTransfer | null;
  /** Keeps an upload that has begun, in place of an earlier one. Durable once resolved. */
  begin(session: JsonObject): Promise<void>;
  /** Notes a part that is there. Durable once resolved; shares its commit with others. */
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

/** What a transfer may use beside its requests. */
export interface TransferPermit extends IntentPermit {
  /** Aborts when the run is to stop: what takes long ends at the next good place. */
  readonly drain: AbortSignal;
  readonly notes: TransferNotes;
}

/** Many requests an item, of which those that have an effect have their intent: uploads. */
export interface TransferOperation extends Traits {
  readonly shape: 'transfer';
  transferItem(item: Item, permit: TransferPermit): Promise<Outcome>;
}

/** What can be done to items. Shapes say how an operation meets the API. */
export type Operation = BatchOperation | EachOperation | RemoteOperation | TransferOperation;
