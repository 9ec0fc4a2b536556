import type { JsonObject } from './json.ts';

/** Why an item was skipped, as stored in the ledger and printed in reports. */
export type SkipReason =
  /** The service listed it, but it is no longer in the project. */
  | 'gone'
  /** A list names it, but the project does not have it and may never have had it. */
  | 'missing'
  | 'exists'
  | 'stored meanwhile'
  | 'no longer matches'
  /** No longer in the project, and it was unstored: the service removes such files after 24 hours. */
  | 'expired'
  /** The condition needs a field of the file that is unknown. */
  | 'undecidable'
  /** An earlier step or run did the same to the same file. The item continues with that result. */
  | 'done before'
  /** The step's `if` was false. The item continues at the next step. */
  | 'condition'
  /** A person decided to skip it. */
  | 'chosen';

/** Why an item failed, as stored in the ledger. */
export interface FailureNote {
  /** Short and stable, e.g. `problem`, `http_400`, `gave_up`. */
  readonly code: string;
  readonly message: string;
  readonly requestId?: string;
}

/** A warning about a done item, as stored in the ledger. */
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
      /** A warning: the step did its work, but a person should look at the result. */
      readonly warning?: WarningNote;
    }
  | {
      readonly kind: 'skipped';
      readonly reason: SkipReason;
      /** Details, if the reason alone is not enough. */
      readonly message?: string;
      readonly result?: JsonObject;
      /** True if the item continues at the next step. */
      readonly continuesAtNextStep?: true;
    }
  | {
      readonly kind: 'failed';
      readonly failure: FailureNote;
      /** The file that was made and paid for although the item failed. It is not made again. */
      readonly made?: JsonObject;
    };
