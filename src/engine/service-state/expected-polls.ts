import type { JobKind } from '../../operations/operation.ts';
import { DurationTable, type LearnedDurations } from './duration-table.ts';
import { pollDelay } from './job-durations.ts';

/** The expected duration of a remote job, and its number of polls. */
export interface ExpectedPolls {
  /** Mean number of polls of one job, until a poll finds its end. */
  readonly polls: number;
  /** Half of the jobs end within this time, ms. */
  readonly medianMs: number;
}

/** Jobs that are less likely than this to be still running are not followed any further. */
const NEGLIGIBLE = 0.001;
/** A delay without jitter. */
const NO_JITTER = () => 0.5;

/** Calculates how often ucbulk polls a job of a kind, from the durations that earlier runs learned. */
export function expectPolls(
  { typicalMs }: JobKind,
  learned: LearnedDurations | null,
): ExpectedPolls {
  const table = new DurationTable(typicalMs, learned);
  let polls = 0;
  let medianMs = 0;
  let alive = 1;
  for (let age = 0; alive > NEGLIGIBLE; ) {
    const next = age + pollDelay(table, age, NO_JITTER);
    polls += alive;
    if (alive >= 0.5) medianMs = next;
    alive *= table.survival(age, next);
    age = next;
  }
  return { polls, medianMs };
}
