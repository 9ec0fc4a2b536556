import { elapsedFrom } from '../core/elapsed.ts';
import { toFailure } from '../core/failure.ts';
import type { World } from '../core/world.ts';
import type { BeforeSend, TryLayer } from './send.ts';

/**
 * Makes a mutation's intent durable before its first byte, at every try. At the socket write the
 * intent must not be older than the margin: a process that was paused in between must not send
 * late.
 */
export function withJournal(
  { clock, crash }: Pick<World, 'clock' | 'crash'>,
  writeMarginMs: number,
): TryLayer {
  return (next) => async (attempt) => {
    const { request } = attempt;
    if (!request.mutates) return next(attempt);
    // Measured from before the commit, like the intent's own time: a pause during the commit
    // counts.
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
