import { toWindow, windowState } from '../core/daily-window.ts';
import { deadlineAfter } from '../core/deadline.ts';
import { expectedEnd } from '../core/expected-end.ts';
import type { Job } from '../job/job-schema.ts';

/** When a run may work, and whether it will be ready in time. Times are ms since 1970. */
export interface RunSchedule {
  /** When this was computed. */
  readonly at: number;
  /** The window of the job; null if it has none. */
  readonly window: {
    /** As in the job, such as `22:00-06:00 Europe/Berlin`. */
    readonly hours: string;
    readonly isOpen: boolean;
    /** When this changes; null if it never does. */
    readonly until: number | null;
  } | null;
  /** The time by which the run should have finished, `limits.finishBy`; null if the job has none. */
  readonly finishBy: { readonly at: number; readonly zone: string } | null;
  /** When the run is expected to end, with its window and its timetable; null if that is unknown. */
  readonly expectedEnd: number | null;
  /** How much later than `finishBy` the run is expected to end, ms; null if it is in time, or if that is unknown. */
  readonly missesByMs: number | null;
}

/** The work that a run still has to do, and how fast it does it, both in requests or both in items. */
export interface WorkLeft {
  readonly count: number;
  readonly perSecond: number;
  /** The time after the last request until the last remote job ends, ms. */
  readonly lastJobMs?: number;
}

/**
 * Computes the schedule of a job. `since` is when the run began, and `work` is null if nothing is known about it.
 * Null if the job has neither a window nor a deadline.
 */
export function runSchedule(
  { window, limits }: Pick<Job, 'window' | 'limits'>,
  {
    now,
    since,
    work,
  }: { readonly now: number; readonly since: number; readonly work: WorkLeft | null },
): RunSchedule | null {
  const { finishBy: deadline, rate } = limits;
  const hasTimetable = typeof rate === 'string';
  if (window === undefined && deadline === undefined && !hasTimetable) return null;
  const finishBy = deadline === undefined ? null : deadlineAfter(deadline, since);
  const end =
    work === null
      ? null
      : expectedEnd({ window, rate }, { from: now, work: work.count, perSecond: work.perSecond });
  const expected = end === null ? null : end + (work?.lastJobMs ?? 0);
  // If nothing is known about the work, a run that has not ended is at least as late as now.
  const late = finishBy === null ? 0 : (expected ?? now) - finishBy.at;
  return {
    at: now,
    window: window === undefined ? null : { hours: window, ...windowState(toWindow(window), now) },
    finishBy,
    expectedEnd: expected,
    missesByMs: late > 0 ? late : null,
  };
}
