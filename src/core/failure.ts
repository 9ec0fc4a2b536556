import { errorMessage } from './error-message.ts';
import { present } from './present.ts';
import { UserError } from './user-error.ts';

/**
 * - `throttled`: wait, slow down; does not count as an attempt
 * - `transient`: try again; counts
 * - `permanent`: this item failed, go on with the others
 * - `fatal`: the run stops (bad keys, full disk, a bug)
 * - `canceled`: the user, or our own stop
 */
export type FailureKind = 'throttled' | 'transient' | 'permanent' | 'fatal' | 'canceled';

/** Whether the request may have changed something at the service. */
export type Effect = 'none' | 'unknown';

/** What has to be mended before the run can go on; decides the exit code (`cli/exit-code.ts`). */
export type FatalCause =
  | 'credentials'
  | 'configuration'
  /** The account: out of credits, unpaid, blocked or over its limits. */
  | 'account'
  /** A list or folder of the user's. */
  | 'input'
  /** The job itself, which a resume can't change. */
  | 'job'
  | 'service'
  | 'disk-full'
  | 'bug';

/** What a failure says of itself. */
export interface FailureFacts {
  readonly kind: FailureKind;
  readonly effect: Effect;
  /** Short and stable, e.g. `http_503`, `ECONNRESET`, `truncated`. */
  readonly code: string;
  readonly message: string;
  readonly status?: number;
  readonly requestId?: string;
  /** How long we wait before the next try, ms. */
  readonly retryAfterMs?: number;
  /** How long the service asked for, ms, before that was bounded; absent if it named no time. */
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

/** Any thrown value as a failure: what nobody classified is a bug, and stops the run. */
export function failureOf(error: unknown): ClassifiedError {
  if (error instanceof ClassifiedError) return error;
  if (error instanceof UserError) return userFailure(error);
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

/** The failure of a look at what an earlier request surely made: to send that again would make it twice. */
export function afterEffect(error: unknown): ClassifiedError {
  const failure = failureOf(error);
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

/** What the user has to mend stops a run as such, not as a bug. */
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

/** The failure of work that was stopped by its signal before anything left. */
export function canceled(message = 'Stopped'): ClassifiedError {
  return new ClassifiedError({ kind: 'canceled', effect: 'none', code: 'canceled', message });
}
