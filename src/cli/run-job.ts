import type { ArgumentsCamelCase } from 'yargs';
import type { Job } from '../job/job-schema.ts';
import { connectionFromEnv } from '../run/connection-from-env.ts';
import { resumeRun } from '../run/resume-run.ts';
import { startRun } from '../run/start-run.ts';
import type { Invocation } from './command.ts';
import { executeRun } from './execute-run.ts';
import type { ExitCode } from './exit-code.ts';
import { printPlan } from './print-plan.ts';
import type { NewFlags, RunFlags } from './run-options.ts';
import { chooseUnfinished } from './start-or-resume.ts';
import { jobPathOf } from './trusted-code.ts';

/**
 * Runs a job, as `run` does: prints its plan for a dry run, and otherwise starts a run or continues an unfinished
 * one. `file` is the path of the job file as the user typed it; absent if a one-liner made the job.
 */
export async function runJob(
  job: Job,
  invocation: Invocation,
  {
    flags,
    file,
  }: {
    readonly flags: ArgumentsCamelCase<RunFlags & NewFlags>;
    readonly file?: string;
  },
): Promise<ExitCode> {
  const connection = connectionFromEnv(invocation.surroundings.env, flags);
  const order = { flags, connection, job, ...jobPathOf({ job: file }) };
  if (flags.dryRun) {
    await printPlan(job, invocation, order);
    return 0;
  }
  const earlier = await chooseUnfinished(job, invocation, { flags, connection });
  return executeRun(invocation, order, (context) =>
    earlier === null ? startRun(job, context, file) : resumeRun(earlier.run, context, job),
  );
}
