import { ClassifiedError } from '../core/failure.ts';

/** Resolves to the answer, or to null if the service does not know the object (its own 404). */
export async function nullIfMissing<Answer>(answer: Promise<Answer>): Promise<Answer | null> {
  try {
    return await answer;
  } catch (error) {
    const isMissing = error instanceof ClassifiedError && error.status === 404;
    if (isMissing && error.kind === 'permanent') return null;
    throw error;
  }
}
