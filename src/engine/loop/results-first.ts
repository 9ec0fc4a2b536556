import type { WorkDependencies } from './work-dependencies.ts';

/**
 * The priority of a request. Later steps go first. Within a step, polls go before starts; otherwise finished
 * jobs would wait until a window of new jobs has started. Polls of long jobs have no priority, because jobs
 * that never end must not delay other work.
 */
export function queuePriority(
  { resultsFirst }: Pick<WorkDependencies, 'resultsFirst'>,
  step: number,
  what: 'poll' | 'late-poll' | 'start' = 'start',
): number {
  if (!resultsFirst.isOn) return 0;
  return what === 'poll' ? step + 0.5 : step;
}

/**
 * True if a step must not make more results because one of its results has waited too long for the later
 * steps. A result was paid for, and expires after a day if it is not stored.
 */
export function resultsWaitTooLong(
  { ledger, steps, resultsFirst, serverNow }: WorkDependencies,
  maker: number,
): boolean {
  const last = steps.findLastIndex(({ fileFrom }) => fileFrom === maker);
  if (!resultsFirst.isOn || last === -1) return false;
  const oldest = [ledger.due.nextWaiting(maker, 0)];
  for (let step = maker + 1; step <= last; step += 1) {
    oldest.push(ledger.due.nextDue(step));
  }
  const limit = serverNow() - resultsFirst.patienceMs;
  return oldest.some((at) => at !== null && at < limit);
}
