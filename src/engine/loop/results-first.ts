import type { WorkPorts } from './work-ports.ts';

/**
 * Requests of later steps leave first; within a step, polls before starts, or a window of starts
 * would have ended jobs wait. Polls of jobs that have been at work for long leave as they came:
 * jobs that never end must not hold back those that would.
 */
export function queuePriority(
  { resultsFirst }: Pick<WorkPorts, 'resultsFirst'>,
  step: number,
  what: 'poll' | 'late-poll' | 'start' = 'start',
): number {
  if (!resultsFirst.isOn) return 0;
  return what === 'poll' ? step + 0.5 : step;
}

/**
 * True while a step must make no more: what it made has waited too long for the steps that work on
 * it. A result that nobody stores is gone after a day, and was paid for.
 */
export function resultsWaitTooLong(
  { ledger, steps, resultsFirst, serverNow }: WorkPorts,
  maker: number,
): boolean {
  const last = steps.findLastIndex(({ fileFrom }) => fileFrom === maker);
  if (!resultsFirst.isOn || last === -1) return false;
  const oldest = [ledger.items.nextWaiting(maker, 0)];
  for (let step = maker + 1; step <= last; step += 1) {
    oldest.push(ledger.items.nextDue(step));
  }
  const limit = serverNow() - resultsFirst.patienceMs;
  return oldest.some((at) => at !== null && at < limit);
}
