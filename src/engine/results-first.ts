import type { WorkPorts } from './work-ports.ts';

/** Requests of later steps leave first; polls and starts of one step as they came, so that neither starves the other. */
export function queuePriority(
  { resultsFirst }: Pick<WorkPorts, 'resultsFirst'>,
  step: number,
): number {
  return resultsFirst.isOn ? step : 0;
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
