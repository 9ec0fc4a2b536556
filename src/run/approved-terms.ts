import type { RunId } from '../core/run.ts';
import { UserError } from '../core/user-error.ts';
import type { Files } from '../core/world.ts';
import type { Job } from '../job/job-schema.ts';
import { listTermChanges } from '../job/job-terms.ts';
import type { ReadPlan } from '../plans/read-plan.ts';
import type { StatePaths } from '../state/state-paths.ts';
import { readKeptPlan } from './run-plan.ts';
import type { RunContext } from './run-request.ts';

/**
 * Compares the guards, limits and prices of a job with those of its plan. If somebody approved the plan, throws a
 * `refused` error for a job that allows more. Otherwise logs all differences.
 */
export function checkApprovedTerms(
  plan: ReadPlan,
  job: Job,
  { log }: Pick<RunContext, 'log'>,
): void {
  if (hasApproval(plan)) refuseLooser(plan.job, job, `The plan ${plan.file}`);
  const changes = listTermChanges(plan.job, job).map(({ line }) => line);
  if (changes.length === 0) return;
  log('warn', { changes }, `The job differs from the plan ${plan.file}: ${changes.join(', ')}.`);
}

/**
 * Throws a `refused` error if a run applied an approved plan, and a changed job file allows more than this plan.
 * Reads the copy of the plan in the state directory.
 */
export async function checkTermsOfRun(
  run: RunId,
  job: Job,
  kept: { readonly sha256: string; readonly paths: StatePaths; readonly files: Files },
): Promise<void> {
  const plan = await readKeptPlan(run, kept);
  if (hasApproval(plan)) refuseLooser(plan.job, job, `The plan of run ${run}`);
}

function hasApproval({ header, approvals }: ReadPlan): boolean {
  return header.approvers.length > 0 || approvals.length > 0;
}

function refuseLooser(approved: Job, job: Job, subject: string): void {
  const lines = listTermChanges(approved, job)
    .filter(({ isLooser }) => isLooser)
    .map(({ line }) => `  ${line}`);
  if (lines.length === 0) return;
  throw new UserError(
    'refused',
    `${subject} was approved, and the job file allows more, or has other prices:\n${lines.join('\n')}\nNothing was sent. Use the approved values, or make a new plan and have it approved.`,
  );
}
