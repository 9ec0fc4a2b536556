import type { WorkDependencies } from './work-dependencies.ts';

/**
 * The priority of a request. Later steps have a higher priority. Within a step, polls have a higher priority
 * than starts of new jobs. Otherwise ucbulk would notice finished jobs only after it has started up to a
 * hundred new ones. Late polls (of jobs that run for very long) have the priority of starts, because jobs
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
 * True if a result of the step has waited too long for a later step that uses it. The step must then make no
 * more results: each result costs money, and the service deletes it after a day if no later step has stored
 * it.
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
