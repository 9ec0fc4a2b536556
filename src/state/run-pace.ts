import type { RunSample } from '../core/run-sample.ts';
import { type StateCounts, settledCount } from '../core/state-counts.ts';

/** The time over which the current rates are measured, ms. */
const RECENT_MS = 15_000;
/** The time over which the rate for the time left is measured, ms. A longer time gives a steadier number. */
export const STEADY_MS = 5 * 60_000;
/** Minimum time of a measurement, ms. A shorter one is too inexact. */
const SHORTEST_MS = 2000;
/** Age of the last sample from which the process counts as hanging, ms. It writes a sample every 5 s. */
const STALE_MS = 30_000;

/** How fast a run works now. */
export interface RunPace {
  readonly requestsPerSecond: number;
  readonly itemsPerSecond: number;
  /** The time over which this was measured, ms. */
  readonly overMs: number;
}

/** The time that the rest of a run needs, and the basis of this number. */
export interface TimeLeft {
  readonly ms: number;
  readonly itemsPerSecond: number;
  /** The time over which the rate was measured, ms. */
  readonly overMs: number;
}

/** The numbers of a run that come from its samples. */
export interface PaceStatus {
  /** Null until it can be measured, and if no process works on the run. */
  readonly pace: RunPace | null;
  /** Null while the source is still listed, while the run is paused, and until it can be measured. */
  readonly timeLeft: TimeLeft | null;
  /** When the numbers of the run last changed, ms since 1970; null if that is unknown. */
  readonly lastActivityAt: number | null;
  /** The newest sample; null if there is none. */
  readonly sample: RunSample | null;
}

/** Computes how fast a run works, from its newest samples in the order of time. */
export function measurePace(
  samples: readonly RunSample[],
  run: {
    readonly now: number;
    readonly isWorking: boolean;
    readonly walkFinished: boolean;
    readonly counts: StateCounts;
    /** When the current process began, or last got other limits. Earlier samples say nothing about now. */
    readonly since: number;
  },
): PaceStatus {
  const lastActivityAt = findLastActivity(samples);
  const sample = samples.at(-1) ?? null;
  const own = samples.filter(({ at }) => at >= run.since);
  const last = own.at(-1);
  if (!run.isWorking || last === undefined || run.now - last.at > STALE_MS) {
    return { pace: null, timeLeft: null, lastActivityAt, sample };
  }
  const pace = paceOver(own, RECENT_MS);
  const steady = run.walkFinished ? paceOver(own, STEADY_MS) : null;
  const open = run.counts.total - settledCount(run.counts) - run.counts['in-doubt'];
  const timeLeft =
    steady === null || steady.itemsPerSecond <= 0
      ? null
      : {
          ms: Math.round((1000 * open) / steady.itemsPerSecond),
          itemsPerSecond: steady.itemsPerSecond,
          overMs: steady.overMs,
        };
  return { pace, timeLeft, lastActivityAt, sample };
}

/** The average rates of the last `windowMs`; null if the samples cover too short a time. */
function paceOver(samples: readonly RunSample[], windowMs: number): RunPace | null {
  const [first] = samples;
  const last = samples.at(-1);
  if (first === undefined || last === undefined) return null;
  const start = Math.max(first.at, last.at - windowMs);
  const overMs = last.at - start;
  if (overMs < SHORTEST_MS) return null;
  const perSecond = (count: (sample: RunSample) => number) =>
    Math.max(0, (1000 * (count(last) - countAt(samples, start, count))) / overMs);
  return {
    requestsPerSecond: perSecond(({ requests }) => requests),
    itemsPerSecond: perSecond(settled),
    overMs,
  };
}

/** A count at a time between two samples. While nothing changes, a run writes only the first and the last sample. */
function countAt(
  samples: readonly RunSample[],
  at: number,
  count: (sample: RunSample) => number,
): number {
  const next = samples.findIndex((sample) => sample.at >= at);
  const [before, after] = [samples[Math.max(0, next - 1)], samples[next]];
  if (before === undefined || after === undefined) return 0;
  const share = after.at === before.at ? 1 : (at - before.at) / (after.at - before.at);
  return count(before) + Math.max(0, share) * (count(after) - count(before));
}

function settled({ done, skipped, failed, inDoubt }: RunSample): number {
  return done + skipped + failed + inDoubt;
}

function findLastActivity(samples: readonly RunSample[]): number | null {
  const last = samples.at(-1);
  const before = samples.at(-2);
  if (last === undefined || before === undefined) return last?.at ?? null;
  const isIdle = last.requests === before.requests && settled(last) === settled(before);
  return isIdle ? before.at : last.at;
}
