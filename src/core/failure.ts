import { errorMessage } from './error-message.ts';
import { present } from './present.ts';
import { explainSystemError } from './system-error.ts';
import { UserError } from './user-error.ts';

/**
 * How ucbulk continues after a failure.
 * - `throttled`: wait and send more slowly. This uses up no attempt.
 * - `transient`: retry. This uses up an attempt.
 * - `permanent`: this item has failed. Continue with the other items.
 * - `fatal`: stop the run (wrong keys, a full disk, a bug).
 * - `canceled`: the user or ucbulk stopped the work.
 */
export type FailureKind = 'throttled' | 'transient' | 'permanent' | 'fatal' | 'canceled';

/** `unknown` if the request may have changed something at the service; otherwise `none`. */
export type Effect = 'none' | 'unknown';

/**
 * The thing that the user must fix before the run can continue. The exit code depends on it
 * (`cli/exit-code.ts`).
 */
export type FatalCause =
  | 'credentials'
  | 'configuration'
  /** The account: it has no credits left, is unpaid or blocked, or is over its limits. */
  | 'account'
  /** The user's list or folder. */
  | 'input'
  /** The job itself, which a resume can't change. */
  | 'job'
  | 'service'
  | 'disk-full'
  | 'bug';

/** The properties of a failure. */
export interface FailureFacts {
  readonly kind: FailureKind;
  readonly effect: Effect;
  /** A short code that never changes, such as `http_503`, `ECONNRESET` or `truncated`. */
  readonly code: string;
  readonly message: string;
  readonly status?: number;
  readonly requestId?: string;
  /** Pause before the next try, ms. It may be shorter than `askedWaitMs`. */
  readonly retryAfterMs?: number;
  /** Pause that the service asked for, ms. Absent if it asked for none. */
  readonly askedWaitMs?: number;
  readonly fatalCause?: FatalCause;
  readonly cause?: unknown;
}

/** The only class of errors that the engine handles. Messages contain no secrets. */
export class ClassifiedError extends Error {
  override readonly name = 'ClassifiedError';
  readonly kind: FailureKind;
  readonly effect: Effect;
  readonly code: string;
  readonly status: number | undefined;
  readonly requestId: string | undefined;
  readonly retryAfterMs: number | undefined;
  readonly askedWaitMs: number | undefined;
  readonly fatalCause: FatalCause | undefined;

  constructor(facts: FailureFacts) {
    super(facts.message, { cause: facts.cause });
    this.kind = facts.kind;
    this.effect = facts.effect;
    this.code = facts.code;
    this.status = facts.status;
    this.requestId = facts.requestId;
    this.retryAfterMs = facts.retryAfterMs;
    this.askedWaitMs = facts.askedWaitMs;
    this.fatalCause = facts.fatalCause;
  }
}

/** Returns the same failure, with `change` applied to its message and its request id. */
export function rephrased(
  failure: ClassifiedError,
  change: (text: string) => string,
): ClassifiedError {
  const { kind, effect, code, status, requestId, fatalCause, cause } = failure;
  const { retryAfterMs, askedWaitMs } = failure;
  return new ClassifiedError({
    kind,
    effect,
    code,
    message: change(failure.message),
    ...present({ status }),
    ...(requestId !== undefined && { requestId: change(requestId) }),
    ...present({ retryAfterMs, askedWaitMs, fatalCause, cause }),
  });
}

/**
 * Converts any thrown value to a failure. An error that ucbulk does not know shows a bug, and its failure
 * stops the run.
 */
export function toFailure(error: unknown): ClassifiedError {
  if (error instanceof ClassifiedError) return error;
  const explained = explainSystemError(error);
  if (explained instanceof UserError) return userFailure(explained);
  const message = errorMessage(error);
  return new ClassifiedError({
    kind: 'fatal',
    effect: 'unknown',
    code: 'bug',
    message: `Unexpected error: ${message}`,
    fatalCause: 'bug',
    cause: error,
  });
}

/**
 * Converts the failure of a check. The check reads something that an earlier request certainly made, such as
 * a file. That request must not be sent again, because it would make a second one. So the failure's effect is
 * `unknown`, and the item does not fail at once.
 */
export function afterEffect(error: unknown): ClassifiedError {
  const failure = toFailure(error);
  const { kind, code, message, status, requestId, retryAfterMs, fatalCause } = failure;
  return new ClassifiedError({
    kind: kind === 'permanent' || kind === 'throttled' ? 'transient' : kind,
    effect: 'unknown',
    code,
    message,
    ...present({ status, requestId, retryAfterMs, fatalCause }),
    cause: failure,
  });
}

/** Converts an error that the user must fix. The failure stops the run and is not reported as a bug. */
function userFailure(error: UserError): ClassifiedError {
  return new ClassifiedError({
    kind: 'fatal',
    effect: 'none',
    code: error.kind,
    message: error.message,
    fatalCause: 'configuration',
    cause: error,
  });
}

/**
 * The code of a failure whose cause is that a worker of a fleet died, or lost its connection. It says nothing about the
 * service.
 */
export const WORKER_LOST = 'worker_lost';

/** The failure of work that was canceled before it sent anything. */
export function canceled(message = 'Stopped'): ClassifiedError {
  return new ClassifiedError({ kind: 'canceled', effect: 'none', code: 'canceled', message });
}

/**
 * True if the service refuses a request for reasons that do not concern the run as a whole: the request is
 * invalid, or the plan of the project does not include it.
 */
export function isRefusal(error: unknown): boolean {
  if (!(error instanceof ClassifiedError)) return false;
  return error.kind === 'permanent' || error.status === 403;
}
