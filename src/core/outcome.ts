import type { JsonObject } from './json.ts';

/** Why an item was skipped: the words of the ledger, the reports and `items`. */
export type SkipReason =
  /** Listed by the service before, and no longer in the project. */
  | 'gone'
  /** Named by a person's list; the project does not have it, and perhaps never had. */
  | 'missing'
  | 'exists'
  | 'stored meanwhile'
  | 'no longer matches'
  /** Gone, and it was unstored: such files are removed after 24 hours. */
  | 'expired'
  /** The condition needs a field of the file, and nothing says what is in it. */
  | 'undecidable'
  /** An earlier step or run did the same to the same file; the item goes on with its result. */
  | 'done before'
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

/** A warning about an item that is done, as it is kept in the ledger. */
export interface WarningNote {
  /** Short and stable, e.g. `web_page`. */
  readonly code: string;
  readonly message: string;
}

/** How an item ended at a step. */
export type Outcome =
  | {
      readonly kind: 'done';
      readonly result?: JsonObject;
      /** What a person should look at, although the step did what it was asked for. */
      readonly warning?: WarningNote;
    }
  | {
      readonly kind: 'skipped';
      readonly reason: SkipReason;
      /** Why in words, where the reason does not say all. */
      readonly message?: string;
      readonly result?: JsonObject;
      /** True where the item goes on to the next step all the same. */
      readonly goesOn?: true;
    }
  | {
      readonly kind: 'failed';
      readonly failure: FailureNote;
      /** What was made, and paid for, all the same: it is not made again. */
      readonly made?: JsonObject;
    };
