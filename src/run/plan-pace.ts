import type { Job } from '../job/job-schema.ts';
import type { Catalog } from '../ledger/catalog.ts';
import { learnedRateOf } from '../state/learned-rate.ts';
import { type RunSchedule, runSchedule } from '../state/run-schedule.ts';
import type { PlannedStep } from './plan-steps.ts';
import type { OpenProject } from './project-services.ts';
import type { RunContext } from './run-request.ts';

/** The rate with which a plan calculates, and the reason for it. */
export interface PlannedRate {
  readonly perSecond: number;
  /**
   * `flag`: the user's `--rate`. `job`: `limits.rate`. `learned`: from an earlier run. `first`: the rate at
   * which a run begins in a project without a learned rate.
   */
  readonly basis: 'flag' | 'job' | 'learned' | 'first';
  /** When the rate was learned, ms since 1970; null for any other basis. */
  readonly learnedAt: number | null;
}

/** The expected duration of a run. */
export interface PlannedDuration {
  readonly ms: number;
  readonly rate: PlannedRate;
}

/** Chooses the rate with which a plan calculates. The user's limit counts if it is lower than the learned rate. */
export function chooseRate(
  job: Job,
  context: RunContext,
  { project, catalog }: { readonly project: OpenProject; readonly catalog: Catalog | null },
): PlannedRate {
  const learned = learnedRateOf(project.connection, context, catalog);
  const { rate: flag = Number.POSITIVE_INFINITY } = context;
  // A timetable changes during the run, so the expected end considers it, and not this rate.
  const { rate: ofJob } = job.limits;
  const limit = Math.min(flag, typeof ofJob === 'number' ? ofJob : Number.POSITIVE_INFINITY);
  if (limit <= (learned?.rate ?? Number.MAX_VALUE)) {
    const basis = flag === limit ? 'flag' : 'job';
    return { perSecond: limit, basis, learnedAt: null };
  }
  // Before its first answers, the gate has the rate at which every run begins.
  const first = project.service.gate.state().rate;
  if (learned === null) return { perSecond: first, basis: 'first', learnedAt: null };
  return { perSecond: learned.rate, basis: 'learned', learnedAt: learned.learnedAt };
}

/**
 * Returns how long an item waits for the remote jobs of all its steps, ms: the jobs of a step start when those of
 * the step before have ended.
 */
export function waitForJobs(steps: readonly Pick<PlannedStep, 'polls'>[]): number {
  return steps.reduce((total, { polls }) => total + (polls?.medianMs ?? 0), 0);
}

/**
 * Calculates the duration of a run: its requests at the rate, and then the time until the last remote jobs
 * end.
 */
export function planDuration(
  requests: number,
  { rate, lastJobMs }: { readonly rate: PlannedRate; readonly lastJobMs: number },
): PlannedDuration {
  return { ms: Math.round((requests / rate.perSecond) * 1000 + lastJobMs), rate };
}

/** The schedule of a run that begins now. */
export function planSchedule(
  job: Job,
  { world }: RunContext,
  work: { requestsEstimate: number; rate: PlannedRate; lastJobMs: number },
): RunSchedule | undefined {
  const now = world.clock.now();
  const { requestsEstimate: count, rate, lastJobMs } = work;
  const left = { count, perSecond: rate.perSecond, lastJobMs };
  return runSchedule(job, { now, since: now, work: left }) ?? undefined;
}
