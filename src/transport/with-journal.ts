import { elapsedFrom } from '../core/elapsed.ts';
import { failureOf } from '../core/failure.ts';
import type { World } from '../core/world.ts';
import type { BeforeSend, TryLayer } from './send.ts';

/**
 * A mutation's intent is durable before its first byte, at every try, and no older than the
 * margin at the socket write: a process that was paused in between must not send it late.
 */
export function withJournal(
  { clock, crash }: Pick<World, 'clock' | 'crash'>,
  writeMarginMs: number,
): TryLayer {
  return (next) => async (attempt) => {
    const { request } = attempt;
    if (!request.mutates) return next(attempt);
    // Taken before the commit, since the intent's own time is: a pause while committing counts.
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
    throw failureOf(error);
  }
}
