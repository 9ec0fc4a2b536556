import type { FileFacts } from './file-facts.ts';
import type { JsonObject } from './json.ts';

/** The reason why an item was skipped. It is stored in the ledger and printed in reports. */
export type SkipReason =
  /** The service listed the file, but the project no longer has it. */
  | 'gone'
  /** A list names the file, but the project does not have it and may never have had it. */
  | 'missing'
  | 'exists'
  | 'stored meanwhile'
  | 'no longer matches'
  /**
   * The project no longer has the file, and the file was unstored. The service removes unstored files after
   * 24 hours.
   */
  | 'expired'
  /**
   * The plan of the run has the item, but the item no longer matches, no longer exists, or has other columns in
   * its list.
   */
  | 'changed'
  /** A condition needs a field of the file that is unknown. */
  | 'undecidable'
  /**
   * An earlier step or run did the same work on the same file. The item continues with the earlier result.
   */
  | 'done before'
  /** The `if` of the step was false. The item continues at the next step. */
  | 'condition'
  /** A person decided to skip the item. */
  | 'chosen'
  /** Own code decided that there is nothing to do for the item; its message says why. */
  | 'own code';

/** The reason why an item failed, as stored in the ledger. */
export interface FailureNote {
  /** A short code that never changes, such as `problem`, `http_400` or `gave_up`. */
  readonly code: string;
  readonly message: string;
  readonly requestId?: string;
}

/**
 * The effect of a failed item's work at the service. The ledger stores it with the failure, and a retry
 * depends on it.
 * - `none`: no request had an effect
 * - `ended`: the service began a remote job, and the job ended in an error
 * - `made`: the request made a file, which the failure names
 * - `unknown`: a request may have had an effect
 */
export type FailedEffect = 'none' | 'ended' | 'made' | 'unknown';

/** A warning about an item that is done, as stored in the ledger. */
export interface WarningNote {
  /** A short code that never changes, such as `web_page`. */
  readonly code: string;
  readonly message: string;
}

/** How an item ended at a step. */
export type Outcome =
  | {
      readonly kind: 'done';
      readonly result?: JsonObject;
      /** The step did its work, but a person should check the result. */
      readonly warning?: WarningNote;
      /** Reads the facts of the deleted file from the answer; null if the answer does not have them. */
      readonly readDeleted?: () => FileFacts | null;
    }
  | {
      readonly kind: 'skipped';
      readonly reason: SkipReason;
      /** Details, if the reason alone does not explain enough. */
      readonly message?: string;
      readonly result?: JsonObject;
      /** True if the item continues at the next step. */
      readonly continuesAtNextStep?: true;
    }
  | {
      readonly kind: 'failed';
      readonly failure: FailureNote;
      /**
       * A file that was made and paid for before the item failed. If the work is wanted again, this file must
       * be used instead of making another one.
       */
      readonly made?: JsonObject;
    };
