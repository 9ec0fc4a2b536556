import type { Wait, WaitEvent, WaitKind } from '../core/wait.ts';
import { formatWait } from '../progress/format-progress.ts';
import type { WriteLog } from '../progress/logger.ts';
import { formatInstant } from './text-table.ts';

/** Minimum length in ms of a wait that is logged as a warning. Shorter waits are logged as info. */
const LONG_MS = 60_000;
/**
 * If the expected end of a wait moves by more than this share of the wait's length, the wait is logged again.
 */
const MOVED_PART = 0.1;

/** Waits that other code logs, and the wait for an answer: a line would appear in the middle of the question. */
const UNLOGGED: readonly WaitKind[] = ['other-run', 'outage', 'question'];

/**
 * Creates a listener that logs each wait of a run when it begins, and again if its expected end changes much.
 * Ignores the waits in `UNLOGGED`.
 */
export function createWaitLog(log: WriteLog): (event: WaitEvent) => void {
  const logged = new Map<string, Wait>();
  return ({ id, wait }) => {
    if (wait === null) {
      logged.delete(id);
    } else if (shouldLog(logged.get(id), wait)) {
      logged.set(id, wait);
      const { kind, until } = wait;
      const end = until === null ? null : formatInstant(until);
      log(isLong(wait) ? 'warn' : 'info', { kind, until: end }, formatWait(wait));
    }
  };
}

function shouldLog(before: Wait | undefined, wait: Wait): boolean {
  if (UNLOGGED.includes(wait.kind)) return false;
  return before === undefined || (wait.kind !== 'retry' && hasMoved(before, wait));
}

/** A person asked for a pause, so it is no warning. */
function isLong({ kind, since, until }: Wait): boolean {
  if (kind === 'paused') return false;
  return until === null || until - since >= LONG_MS;
}

function hasMoved(before: Wait, { until }: Wait): boolean {
  if (before.until === null || until === null) return before.until !== until;
  return Math.abs(until - before.until) > MOVED_PART * (before.until - before.since);
}
