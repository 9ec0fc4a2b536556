import { errorMessage } from './error-message.ts';
import { present } from './present.ts';
import { explainSystemError } from './system-error.ts';
import { UserError } from './user-error.ts';

/**
 * - `throttled`: wait, slow down; does not count as an attempt
 * - `transient`: retry; counts as an attempt
 * - `permanent`: this item failed; continue with the others
 * - `fatal`: the run stops (bad keys, full disk, a bug)
 * - `canceled`: the user or ucbulk stopped the run
 */
export type FailureKind = 'throttled' | 'transient' | 'permanent' | 'fatal' | 'canceled';

/** `unknown` if the request may have changed something at the service. */
export type Effect = 'none' | 'unknown';

/** The part that the user must fix before the run can continue; decides the exit code (`cli/exit-code.ts`). */
export type FatalCause =
  | 'credentials'
  | 'configuration'
  /** The account: out of credits, unpaid, blocked or over its limits. */
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
  /** Short and stable, e.g. `http_503`, `ECONNRESET`, `truncated`. */
  readonly code: string;
  readonly message: string;
  readonly status?: number;
  readonly requestId?: string;
  /** Pause before the next try, ms. */
  readonly retryAfterMs?: number;
  /** Pause that the service asked for, ms, before it was limited; absent if it named none. */
  readonly askedWaitMs?: number;
  readonly fatalCause?: FatalCause;
  readonly cause?: unknown;
}

/** The one error class the engine understands. Messages carry no secret. */
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

/** The same failure with its message and request id changed. */
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

/** Any thrown value as a failure. A value that nobody classified is a bug and stops the run. */
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

/** The failure of a check on something that an earlier request certainly made. A resend would make it twice. */
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

/** A failure that the user must fix stops the run without being reported as a bug. */
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

/** The failure of work that its signal stopped before anything was sent. */
export function canceled(message = 'Stopped'): ClassifiedError {
  return new ClassifiedError({ kind: 'canceled', effect: 'none', code: 'canceled', message });
}
