import type { FailureFacts } from '../core/failure.ts';
import type { JsonObject } from '../core/json.ts';

/** The APIs that have a rate limit of their own. */
export type LimitedApi = 'rest' | 'upload';

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
 * A question that a worker asks the coordinator during a call.
 * - `slot`: may a request be sent now, as far as the rate limit is concerned?
 * - `report`: the result of the request that had this slot
 * - `go`: record the intent of a request that changes something. The request may be sent only after a `granted`
 * - `note`: store the progress of an upload
 */
export type Question =
  | { readonly kind: 'slot'; readonly api: LimitedApi }
  | { readonly kind: 'report'; readonly slot: string; readonly result: SlotResult }
  | { readonly kind: 'go'; readonly baseline: JsonObject | null }
  | { readonly kind: 'note'; readonly change: NoteChange };

/** A question with its sender. A question that is sent again has the same id. */
export interface Ask {
  readonly id: string;
  readonly call: string;
  readonly question: Question;
}

/**
 * The answer of the coordinator.
 * - `granted`: yes
 * - `pending`: the coordinator works on it. The worker need not give up
 * - `refused`: the coordinator has given the call up. Nothing more may be sent for it
 * - `failed`: the coordinator could not do it, for instance because the run stops
 */
export type Answer =
  | { readonly kind: 'granted' }
  | { readonly kind: 'pending' }
  | { readonly kind: 'refused' }
  | { readonly kind: 'failed'; readonly failure: FailureFacts };

/** The answer to the question with this id. */
export type Reply = Answer & { readonly id: string };

/** An order to the worker of a call: `drain` ends a long upload at its next part; `abort` ends it at once. */
export interface StopOrder {
  readonly kind: 'drain' | 'abort';
  readonly call: string;
}
