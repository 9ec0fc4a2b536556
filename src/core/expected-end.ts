import { toWindow, windowState } from './daily-window.ts';
import { maxRateAt, nextRateChange } from './rate-timetable.ts';

/** The times at which a run may work, and its maximum rate. */
export interface WorkTimes {
  /** The window of the job; absent if it may always work. */
  readonly window?: string | undefined;
  /** `limits.rate` of the job, a number or a timetable. */
  readonly rate?: number | string | undefined;
}

/** More changes of window and rate than a run of ten years has. */
const MAX_CHANGES = 20_000;

/**
 * Calculates when work ends that begins at `from`, if it is done at `perSecond`, and more slowly or not at all where
 * the times of the job say so. Null if it does not end.
 */
export function expectedEnd(
  { window, rate }: WorkTimes,
  {
    from,
    work,
    perSecond,
  }: { readonly from: number; readonly work: number; readonly perSecond: number },
): number | null {
  const hours = window === undefined ? null : toWindow(window);
  let [at, left] = [from, work];
  for (let change = 0; change < MAX_CHANGES; change += 1) {
    const { isOpen, until } = hours === null ? ALWAYS : windowState(hours, at);
    if (!isOpen) {
      if (until === null) return null;
      at = until;
      continue;
    }
    const end = Math.min(until ?? Number.POSITIVE_INFINITY, nextRateChange(rate, at));
    const possible = Math.min(perSecond, maxRateAt(rate, at));
    const needed = (left / possible) * 1000;
    if (at + needed <= end) return Math.round(at + needed);
    left -= (possible * (end - at)) / 1000;
    at = end;
  }
  return null;
}

const ALWAYS = { isOpen: true, until: null };
