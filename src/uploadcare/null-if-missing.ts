import { ClassifiedError } from '../core/failure.ts';

/**
 * Resolves to the answer. Resolves to null if the service answered 404 because it does not know the object.
 */
export async function nullIfMissing<Answer>(answer: Promise<Answer>): Promise<Answer | null> {
  try {
    return await answer;
  } catch (error) {
    const isMissing = error instanceof ClassifiedError && error.status === 404;
    if (isMissing && error.kind === 'permanent') return null;
    throw error;
  }
}
