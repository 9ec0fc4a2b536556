import { DEFAULT_SETTINGS, type EngineSettings } from '../engine/settings.ts';
import type { Guards } from '../engine/walk/guards.ts';
import {
  DEFAULT_ON_CONFLICT,
  type Job,
  MAX_RECHECK_AFTER_MS,
  type OnConflict,
} from '../job/job-schema.ts';
import type { RunContext } from './run-request.ts';

/** Converts the guards of a job to the form that the engine uses. */
export function createGuards({ guard }: Job): Guards {
  const { maxItems = null, maxShare = null, maxFailures = null, canary = null } = guard;
  return { maxItems, maxShare, maxFailures, canary };
}

/** Chooses the action if another run uses the project: the user's choice, the job's, or the default. */
export function chooseOnConflict(job: Job, context: RunContext): OnConflict {
  const chosen = context.onConflict ?? job.concurrency?.onConflict;
  // A run that waits for its window also waits for the other runs of its project.
  return chosen ?? (context.waitsForWindow === true ? 'wait' : DEFAULT_ON_CONFLICT);
}

/** The settings of the engine. A setting of the user comes first, then that of the job, then the default. */
export function createSettings(job: Job, context: RunContext): EngineSettings {
  return {
    ...DEFAULT_SETTINGS,
    settleMs: context.limits?.settleMs ?? DEFAULT_SETTINGS.settleMs,
    // A stored job of an earlier version may have a larger value than a job file allows today.
    recheckAfterMs: Math.min(job.recheckAfter, MAX_RECHECK_AFTER_MS),
    resultsFirst: { ...DEFAULT_SETTINGS.resultsFirst, ...context.limits?.resultsFirst },
  };
}
