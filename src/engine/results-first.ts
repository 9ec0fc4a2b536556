import type { WorkPorts } from './work-ports.ts';

/**
 * Requests of later steps leave first; where a later step works on what a step makes, so do its
 * polls, before it makes more. Other polls and starts leave as they came: neither starves the other.
 */
export function queuePriority(
  { resultsFirst, steps }: Pick<WorkPorts, 'resultsFirst' | 'steps'>,
  step: number,
  what: 'poll' | 'start' = 'start',
): number {
  if (!resultsFirst.isOn) return 0;
  const isFirst = what === 'poll' && steps.some(({ fileFrom }) => fileFrom === step);
  return isFirst ? step + 0.5 : step;
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
