import { ClassifiedError } from '../core/failure.ts';
import type { Outcome } from '../core/outcome.ts';

/** An item that the project has no more is skipped, not failed: nothing is left to be done to it. */
export async function skipMissing<Answer>(work: Promise<Answer>): Promise<Answer | Outcome> {
  try {
    return await work;
  } catch (error) {
    const isMissing = error instanceof ClassifiedError && error.code === 'http_404';
    if (isMissing && error.kind === 'permanent') return { kind: 'skipped', reason: 'gone' };
    throw error;
  }
}
