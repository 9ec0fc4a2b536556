import type { FailureFacts } from '../core/failure.ts';
import type { JsonObject } from '../core/json.ts';
import type { CallEnd } from './call.ts';

/** The log line about a message that can't be decrypted. */
export const UNREADABLE_MESSAGE =
  "A message in Redis can't be decrypted and is ignored: it was changed, or a process with another key sent it";

/** The APIs that a worker needs a slot for. The storage of parts has no rate limit, but a paused run sends no part. */
export type LimitedApi = 'rest' | 'upload' | 'part';

/** The result of a request that had a slot, for the rate limiter. `failed` says nothing about the limit. */
export type SlotResult =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'failed' }
  | { readonly kind: 'throttled'; readonly retryAfterMs: number };

/** A change of the stored progress of an upload. */
export type NoteChange =
  | { readonly kind: 'begin'; readonly session: JsonObject }
  | { readonly kind: 'add-part'; readonly part: number; readonly checksum: string }
  | { readonly kind: 'forget' }
  | { readonly kind: 'keep-answer'; readonly answer: JsonObject };

/**
 * A question about a call for which the coordinator waits.
 * - `slot`: does the rate limit allow a request now?
 * - `report`: the result of the request that had this slot
 * - `go`: may a request that changes something be sent? The coordinator records its intent before it answers `granted`
 * - `note`: store the progress of an upload
 */
export type CallQuestion =
  | { readonly kind: 'slot'; readonly api: LimitedApi }
  | { readonly kind: 'report'; readonly slot: string; readonly result: SlotResult }
  | { readonly kind: 'go'; readonly baseline: JsonObject | null }
  | { readonly kind: 'note'; readonly change: NoteChange };

/**
 * The end of a call that had permission to send. The worker sends it not only through the queue, so that it reaches a
 * coordinator that has given the call up, or a new coordinator of the run. `attempt` is the id of the intent in the ledger.
 */
export interface LateEnd {
  readonly kind: 'answer';
  readonly step: number;
  readonly seqs: readonly number[];
  readonly attempt: number;
  readonly end: CallEnd;
}

/** A question that a worker asks the coordinator during a call, or the end of the call. */
export type Question = CallQuestion | LateEnd;

/** A question with its sender. A question that is sent again has the same id. */
export interface Ask {
  readonly id: string;
  readonly call: string;
  /** Unique for each delivery of a call: Redis may deliver a call twice, even to the same worker. */
  readonly taking: string;
  readonly question: Question;
}

/**
 * The answer of the coordinator.
 * - `granted`: yes. `attempt` is the id of the intent in the ledger, if the question was `go` and there is one
 * - `pending`: the coordinator is working on the answer. The worker continues to wait
 * - `refused`: the coordinator has given the call up. Nothing more may be sent for it
 * - `failed`: the coordinator could not do it, for instance because the run stops
 */
export type Answer =
  | { readonly kind: 'granted'; readonly attempt?: number }
  | { readonly kind: 'pending' }
  | { readonly kind: 'refused' }
  | { readonly kind: 'failed'; readonly failure: FailureFacts };

/**
 * The answer to the question with this id. `heldMs` is the time from the first arrival of the question to its answer,
 * by the coordinator's monotonic clock. The worker needs it for the maximum age of the answer.
 */
export type Reply = Answer & { readonly id: string; readonly heldMs: number };

/** An order to the worker of a call: `drain` ends a long upload at its next part; `abort` ends it at once. */
export interface StopOrder {
  readonly kind: 'drain' | 'abort';
  readonly call: string;
}
