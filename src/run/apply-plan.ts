import { formatDuration } from '../core/duration.ts';
import { UserError } from '../core/user-error.ts';
import { describeJobChange, jobFingerprint } from '../job/job-fingerprint.ts';
import { withPart, withPartOf } from '../job/job-part.ts';
import type { Job } from '../job/job-schema.ts';
import { type Approver, checkApproval } from '../plans/plan-approval.ts';
import { type ReadPlan, readPlan } from '../plans/read-plan.ts';
import { checkApprovedTerms } from './approved-terms.ts';
import { checkPlanProject } from './compare-plan.ts';
import { resolveProjects, withPublicKeys } from './job-projects.ts';
import { refuseApplied } from './run-plan.ts';
import type { RunContext, RunEnd } from './run-request.ts';
import { startRun } from './start-run.ts';

/** The options of `applyPlan`. */
export interface ApplyOptions {
  /** Absolute path of the plan file. */
  readonly path: string;
  /** Path of the plan file as the user gave it, for messages. */
  readonly file: string;
  /** The job file. It must be the job of the plan, and may have other guards and limits. */
  readonly job?: Job;
  /** Number of items of the canary; that of the job if absent. */
  readonly canary?: number;
  /** Maximum age of the plan, ms; no limit if absent. */
  readonly maxAgeMs?: number;
  /**
   * Public keys (base64 of 32 bytes) of which one must have approved the plan, even if the plan names none. Only
   * the keys that the plan names count if this is absent.
   */
  readonly approvedBy?: readonly string[];
  /** Called before the run starts, with the approval that allows the plan. */
  readonly onApproved?: (approver: Approver) => void;
  /** True to apply a plan that an earlier run has applied. */
  readonly again?: boolean;
}

/** Clocks of two machines may differ by this much, ms. */
const CLOCK_SLACK_MS = 15 * 60_000;

/**
 * Starts a new run that does exactly the selection of a plan, and works on it until it ends or stops. Items of
 * the plan that no longer match are skipped as `changed`. Items that the plan does not have are left alone.
 */
export async function applyPlan(options: ApplyOptions, context: RunContext): Promise<RunEnd> {
  const { path, file } = options;
  const plan = await readPlan({ files: context.world.files, path, file });
  checkPlanProject(plan, context.connection);
  const checkPlanAge = (now: number) => checkAge(plan, options.maxAgeMs, now);
  checkPlanAge(context.world.clock.now());
  const job = withPart(chooseJob(plan, options.job, context), { canary: options.canary });
  const again = options.again === true;
  const approver = checkApproval(plan, options.approvedBy ?? null);
  if (approver !== null) options.onApproved?.(approver);
  checkApprovedTerms(plan, job, context);
  if (!again) await refuseApplied(plan, context);
  return startRun(job, context, plan.header.jobFile ?? undefined, {
    path,
    plan,
    again,
    approvedBy: approver?.fingerprint ?? null,
    checkAge: checkPlanAge,
  });
}

function checkAge({ file, header }: ReadPlan, maxAgeMs: number | undefined, now: number): void {
  if (maxAgeMs === undefined) return;
  const age = now - Date.parse(header.createdAt);
  if (age <= maxAgeMs && age >= -CLOCK_SLACK_MS) return;
  const when =
    age > 0 ? `is ${formatDuration(age)} old` : `was made in the future, at ${header.createdAt}`;
  throw new UserError(
    'refused',
    `The plan ${file} ${when}, and --max-age allows ${formatDuration(maxAgeMs)}. Nothing was sent. Make a new plan.`,
  );
}

/** The job of the plan, or the given job if it is the same one. */
function chooseJob({ file, header, job }: ReadPlan, given: Job | undefined, context: RunContext) {
  if (jobFingerprint(job) !== header.fingerprint) {
    throw new UserError(
      'usage',
      `This ucbulk reads the job in the plan ${file} in another way than the version that made it (${header.tool}). Nothing was sent. Make a new plan.`,
    );
  }
  if (given === undefined) return job;
  // The plan may have a sample or a shard from a flag of `plan`.
  const part = withPartOf(given, job);
  const wanted = withPublicKeys(part, resolveProjects(part, context));
  if (jobFingerprint(wanted) === header.fingerprint) return wanted;
  const lines = describeJobChange(job, wanted).map((line) => `  ${line}`);
  throw new UserError(
    'usage',
    `The plan ${file} is of another job. From the plan to the job file:\n${lines.join('\n')}\nNothing was sent. Make a new plan of this job, or apply the plan without --job.`,
  );
}
