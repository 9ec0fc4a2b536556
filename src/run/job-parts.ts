import type { Guards } from '../engine/guards.ts';
import type { EngineStep } from '../engine/run-job.ts';
import type { Filter, Selection } from '../engine/selection.ts';
import { DEFAULT_SETTINGS, type EngineSettings } from '../engine/settings.ts';
import { compileFilter } from '../filters/compile-filter.ts';
import type { Job } from '../job/job-schema.ts';
import { operationOf, type StepsPlace } from './operation-of.ts';
import type { RunContext } from './run-request.ts';
import { type SourcePlace, sourceOf } from './source-of.ts';

/** The job's source and filter, as of a moment of server time (ms). */
export function selectionOf(job: Job, place: SourcePlace, asOf: number): Selection {
  return {
    source: sourceOf(job.source, place),
    filter: filterOf(job, asOf),
    asOf,
  };
}

/**
 * The job's filter, and what the listing was asked for: a file that was stored since is off a
 * listing of unstored ones, and must be found out when it is looked at by itself.
 */
function filterOf({ source, where }: Job, now: number): Filter {
  const matches = compileFilter(where, { now });
  const stored = source.kind === 'files' ? source.files.stored : undefined;
  if (stored === undefined) return matches;
  const isListed = compileFilter({ stored }, { now });
  return (facts) => isListed(facts) ?? matches(facts);
}

/** The job's steps, bound to the project's client. */
export function stepsOf(job: Job, place: StepsPlace, context: RunContext): EngineStep[] {
  const replaced = context.limits?.operations?.(place.client) ?? [];
  return job.steps.map((step, index) => ({
    id: step.id,
    operation: replaced[index] ?? operationOf(step, place),
  }));
}

/** The job's guards in the engine's terms. */
export function guardsOf({ guard }: Job): Guards {
  return { maxItems: guard.maxItems ?? null, maxFailures: guard.maxFailures ?? null };
}

/** How the engine works: the user's word, else the job's, else the default. */
export function settingsOf(job: Job, context: RunContext): EngineSettings {
  return {
    ...DEFAULT_SETTINGS,
    concurrency: context.concurrency ?? job.limits.concurrency ?? DEFAULT_SETTINGS.concurrency,
    settleMs: context.limits?.settleMs ?? DEFAULT_SETTINGS.settleMs,
    recheckAfterMs: job.recheckAfter,
  };
}
