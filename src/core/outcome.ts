import type { JsonObject } from './json.ts';

/** Why an item was skipped: the words of the ledger, the reports and `items`. */
export type SkipReason =
  | 'gone'
  | 'exists'
  | 'stored meanwhile'
  | 'no longer matches'
  | 'expired'
  /** A step's `if` did not hold; the item goes on. */
  | 'condition'
  /** A person said so. */
  | 'chosen';

/** Why an item failed, as it is kept in the ledger. */
export interface FailureNote {
  /** Short and stable, e.g. `problem`, `http_400`, `gave_up`. */
  readonly code: string;
  readonly message: string;
  readonly requestId?: string;
}

/** How an item ended at a step. */
export type Outcome =
  | { readonly kind: 'done'; readonly result?: JsonObject }
  | { readonly kind: 'skipped'; readonly reason: SkipReason }
  | { readonly kind: 'failed'; readonly failure: FailureNote };
