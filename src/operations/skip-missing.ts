import { ClassifiedError } from '../core/failure.ts';
import type { Outcome } from '../core/outcome.ts';

/**
 * Skips an item whose file is missing in the project. The item does not fail, because there is nothing left
 * to do.
 */
export async function skipMissing<Answer>(work: Promise<Answer>): Promise<Answer | Outcome> {
  try {
    return await work;
  } catch (error) {
    const isMissing = error instanceof ClassifiedError && error.code === 'http_404';
    if (isMissing && error.kind === 'permanent') return { kind: 'skipped', reason: 'gone' };
    throw error;
  }
}
