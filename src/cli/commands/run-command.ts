import type { ArgumentsCamelCase, CommandModule, InferredOptionTypes } from 'yargs';
import { withPart } from '../../job/job-part.ts';
import { connectionFromEnv } from '../../run/connection-from-env.ts';
import { resumeRun } from '../../run/resume-run.ts';
import { startRun } from '../../run/start-run.ts';
import type { CommandHost, Invocation } from '../command.ts';
import { executeRun } from '../execute-run.ts';
import type { ExitCode } from '../exit-code.ts';
import { helpExamples } from '../help-examples.ts';
import { JOB_ARGUMENT } from '../job-argument.ts';
import { printPlan } from '../print-plan.ts';
import { readJob } from '../read-job.ts';
import { PART_OPTIONS, type PartFlags, RUN_OPTIONS, type RunFlags } from '../run-options.ts';
import { chooseUnfinished } from '../start-or-resume.ts';

const NEW_OPTION = {
  new: {
    type: 'boolean',
    default: false,
    describe: 'Start a new run without a question, even if a run of this job is unfinished',
  },
} as const;

type Flags = RunFlags & PartFlags & InferredOptionTypes<typeof NEW_OPTION> & { job: string };

/** `run JOB`: starts a new run. */
export function runCommand(host: CommandHost): CommandModule<object, Flags> {
  return {
    command: 'run <job>',
    describe: 'Start a new run of a job file',
    builder: (yargs) =>
      yargs
        .positional('job', JOB_ARGUMENT)
        .options(host.options({ ...RUN_OPTIONS, ...PART_OPTIONS, ...NEW_OPTION }))
        .epilogue(
          helpExamples([
            [
              '$0 run jobs/nightly-unstored-cleanup.yaml --dry-run',
              'Print its plan, as `plan` does',
            ],
            ['$0 run jobs/nightly-unstored-cleanup.yaml', 'Do it; asks before it deletes'],
            ['$0 run jobs/nightly-unstored-cleanup.yaml --yes -q', 'Do it from cron'],
            ['$0 run jobs/migrate-to-remote-storage.yaml --var target=archive', 'Set a variable'],
          ]),
        ),
    handler: (flags) => host.invoke(flags, (invocation) => run(invocation, flags)),
  };
}

async function run(invocation: Invocation, flags: ArgumentsCamelCase<Flags>): Promise<ExitCode> {
  const { surroundings } = invocation;
  const job = withPart(await readJob(invocation, flags.job, flags), flags);
  const connection = connectionFromEnv(surroundings.env, flags);
  const order = { flags, connection, job };
  if (flags.dryRun) {
    await printPlan(job, invocation, order);
    return 0;
  }
  const earlier = await chooseUnfinished(job, invocation, { flags, connection });
  return executeRun(invocation, order, (context) =>
    earlier === null ? startRun(job, context, flags.job) : resumeRun(earlier.run, context, job),
  );
}
