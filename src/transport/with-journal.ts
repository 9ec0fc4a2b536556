import { elapsedFrom } from '../core/elapsed.ts';
import { toFailure } from '../core/failure.ts';
import type { World } from '../core/world.ts';
import type { BeforeSend, TryLayer } from './send.ts';

/**
 * Makes the intent of a mutation durable before the first byte of every try. When the try is written to the
 * socket, the intent must not be older than the margin. So a process that was paused between the two does not
 * send late.
 */
export function withJournal(
  { clock, crash }: Pick<World, 'clock' | 'crash'>,
  writeMarginMs: number,
): TryLayer {
  return (next) => async (attempt) => {
    const { request } = attempt;
    if (!request.mutates) return next(attempt);
    // Starts before the commit, like the time of the intent, so that a pause during the commit counts too.
    const age = elapsedFrom(clock);
    await commitIntent(request.beforeSend);
    await crash('before-write');
    const mayStart = () => {
      if (age() > writeMarginMs || !attempt.mayStart()) return false;
      void crash('after-write');
      return true;
    };
    const response = await next({ ...attempt, mayStart });
    await crash('response-received');
    return response;
  };
}

async function commitIntent(beforeSend: BeforeSend): Promise<void> {
  try {
    await beforeSend();
  } catch (error) {
    throw toFailure(error);
  }
}
