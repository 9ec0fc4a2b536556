import { formatOpening, toWindow, windowState } from '../core/daily-window.ts';
import type { RunProcess } from '../core/run-sample.ts';
import type { Job } from '../job/job-schema.ts';
import { paidName } from '../job/paid-names.ts';
import type { LedgerReader } from '../ledger/ledger-reader.ts';
import type { WaitRecord } from '../ledger/wait-table.ts';
import type { LostAnswerStatus, PaidStatus } from './run-status.ts';

/** Why a process waits to continue a run; empty if there is no such process. */
export function waitToContinue(
  job: Pick<Job, 'window'>,
  waiting: RunProcess | null,
  now: number,
): WaitRecord[] {
  if (waiting === null || job.window === undefined) return [];
  const since = waiting.startedAt;
  const window = toWindow(job.window);
  const { isOpen, until } = windowState(window, now);
  if (isOpen || until === null) {
    return [{ kind: 'other-run', reason: 'waiting for another run', since, until: null }];
  }
  const reason = `window closed until ${formatOpening(window, until, now)}`;
  return [{ kind: 'window', reason, since, until }];
}

/** The waits of a run that works. If the end of a wait has passed, the process is about to remove it. */
export function currentWaits(reader: LedgerReader, now: number): WaitRecord[] {
  return reader.waits().filter(({ until }) => until === null || until > now);
}

/** The items whose answers were lost; null if there are none. */
export function lostAnswerStatus({ lostAnswers }: LedgerReader): LostAnswerStatus | null {
  const lost = lostAnswers.byStep();
  if (lost.length === 0) return null;
  return {
    count: lost.reduce((sum, { count }) => sum + count, 0),
    due: Math.min(...lost.map(({ due }) => due)),
  };
}

/** How many items a run paid for, by operation. */
export function paidStatus({ paid }: LedgerReader, { steps, limits }: Job): PaidStatus[] {
  const names = new Set(steps.map(paidName).filter((name) => name !== null));
  return [...names].map((name) => {
    return { name, spent: paid.spent(name), limit: limits?.paid?.[name] ?? null };
  });
}
