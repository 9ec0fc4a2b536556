import { ClassifiedError } from '../core/failure.ts';
import type { Outcome } from '../core/outcome.ts';

/** Skips an item whose file is no longer in the project. It does not fail, because no work is left to do. */
export async function skipMissing<Answer>(work: Promise<Answer>): Promise<Answer | Outcome> {
  try {
    return await work;
  } catch (error) {
    const isMissing = error instanceof ClassifiedError && error.code === 'http_404';
    if (isMissing && error.kind === 'permanent') return { kind: 'skipped', reason: 'gone' };
    throw error;
  }
}
