import { errorMessage } from '../core/error-message.ts';
import { afterEffect, ClassifiedError, type Effect, type FailureKind } from '../core/failure.ts';
import { isJsonObject } from '../core/json.ts';
import { present } from '../core/present.ts';

/** The own code whose call failed. */
export interface FailedPlace {
  readonly uses: string;
  readonly isRepeatable: boolean;
}

/** The failure of a call that took longer than its time limit. */
export function lateCall({ uses, timeLimitMs }: FailedPlace & { readonly timeLimitMs: number }) {
  return new ClassifiedError({
    kind: 'transient',
    effect: 'unknown',
    code: 'own_code_late',
    message: `${uses} did not end within its time limit of ${timeLimitMs} ms`,
  });
}

/**
 * The failure of a call that threw an error. A failed request knows only its own effect, and the call may have had
 * another one before it. So the effect is unknown, unless a repeated call does no harm.
 */
export function thrownError(error: unknown, { uses, isRepeatable }: FailedPlace): ClassifiedError {
  const classified = asClassified(error);
  if (classified !== null) return isRepeatable ? classified : afterEffect(classified);
  const name = error instanceof Error ? error.name : typeof error;
  return new ClassifiedError({
    kind: 'transient',
    effect: 'unknown',
    code: 'own_code_threw',
    message: `${uses} threw ${name}: ${errorMessage(error)}`,
    cause: error,
  });
}

/** The failure of own code that breaks its contract. It stops the run, because every item would have this failure. */
export function brokenContract(uses: string, fault: string): ClassifiedError {
  return new ClassifiedError({
    kind: 'fatal',
    effect: 'unknown',
    code: 'own_code_contract',
    message: `${uses} ${fault}. The run stops, and ucbulk treats the answer as lost. Correct the code, then use \`ucbulk resume --allow-code --accept-changed-code\`.`,
    fatalCause: 'job',
  });
}

const KINDS: readonly string[] = ['throttled', 'transient', 'permanent', 'fatal', 'canceled'];

/**
 * Returns an error as this copy of ucbulk knows it; null if it is no `ClassifiedError`. Own code may import another copy
 * of the library, whose class is another one.
 */
function asClassified(error: unknown): ClassifiedError | null {
  if (error instanceof ClassifiedError) return error;
  if (!(error instanceof Error) || error.name !== 'ClassifiedError') return null;
  const facts: unknown = { ...error };
  if (!isJsonObject(facts) || !KINDS.includes(String(facts['kind']))) return null;
  const { status, retryAfterMs } = facts;
  return new ClassifiedError({
    kind: facts['kind'] as FailureKind,
    effect: facts['effect'] === 'none' ? 'none' : ('unknown' satisfies Effect),
    code: String(facts['code']),
    message: error.message,
    ...present({
      status: typeof status === 'number' ? status : undefined,
      retryAfterMs: typeof retryAfterMs === 'number' ? retryAfterMs : undefined,
    }),
    cause: error,
  });
}
