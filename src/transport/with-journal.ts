import { elapsedFrom } from '../core/elapsed.ts';
import { toFailure } from '../core/failure.ts';
import type { World } from '../core/world.ts';
import type { BeforeSend, TryLayer } from './send.ts';
import type { TransportListener } from './with-gate.ts';

/** A commit that takes longer is reported, ms. A disk usually needs a few ms. */
const SLOW_COMMIT_MS = 1000;
const MIN_REPORT_GAP_MS = 60_000;

/**
 * Makes the intent of a mutation durable before the first byte of every try. When the try is written to the
 * socket, the intent must not be older than the margin. So neither a process that was paused nor a disk that
 * needs too long for the commit makes ucbulk send late.
 */
export function withJournal(
  { clock, crash }: Pick<World, 'clock' | 'crash'>,
  writeMarginMs: number,
  onEvent: TransportListener,
): TryLayer {
  let sinceReport = () => Number.POSITIVE_INFINITY;
  const reportSlowCommit = (commitMs: number) => {
    if (sinceReport() < MIN_REPORT_GAP_MS) return;
    sinceReport = elapsedFrom(clock);
    onEvent({ kind: 'disk-slow', commitMs, isTooSlow: commitMs > writeMarginMs });
  };
  return (next) => async (attempt) => {
    const { request } = attempt;
    if (!request.mutates) return next(attempt);
    // Starts before the commit, like the time of the intent, so that a pause during the commit counts too.
    const age = elapsedFrom(clock);
    await commitIntent(request.beforeSend);
    if (age() > SLOW_COMMIT_MS) reportSlowCommit(age());
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
