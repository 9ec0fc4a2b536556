import { ClassifiedError } from '../core/failure.ts';

/** What a request gives, or null where the service knows no such thing (its own 404). */
export async function orMissing<Answer>(asked: Promise<Answer>): Promise<Answer | null> {
  try {
    return await asked;
  } catch (error) {
    const isMissing = error instanceof ClassifiedError && error.status === 404;
    if (isMissing && error.kind === 'permanent') return null;
    throw error;
  }
}
