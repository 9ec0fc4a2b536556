import type { WorkDependencies } from './work-dependencies.ts';

/**
 * The priority of a request. Later steps go first. Within a step, polls go before starts: otherwise jobs
 * that have ended would wait for a window of starts. Polls of long jobs have no priority: jobs that never
 * end must not hold back others.
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
 * True while a step must not make more results: one has waited too long for the later steps. A result that
 * is not stored expires after a day, and was paid for.
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
