import type { ArgumentsCamelCase, CommandModule, InferredOptionTypes } from 'yargs';
import { withPart } from '../../job/job-part.ts';
import { connectionFromEnv } from '../../run/connection-from-env.ts';
import type { CommandHost, Invocation } from '../command.ts';
import type { ExitCode } from '../exit-code.ts';
import { helpExamples } from '../help-examples.ts';
import { printPlan } from '../print-plan.ts';
import { readJob } from '../read-job.ts';
import { PLAN_OPTIONS } from '../run-options.ts';

// No environment variable sets these options. A variable for another command must not change an exit code.
const OWN_OPTIONS = {
  'detailed-exitcode': {
    type: 'boolean',
    default: false,
    describe:
      'Exit with 0 if a run would have nothing to do, and with 6 if it would have something to do',
  },
} as const;

type Flags = InferredOptionTypes<typeof PLAN_OPTIONS & typeof OWN_OPTIONS> & { job: string };

/** `plan JOB`: shows what a run would do. */
export function planCommand(host: CommandHost): CommandModule<object, Flags> {
  return {
    command: 'plan <job>',
    describe: 'Count what a run of a job file would do; change nothing',
    builder: (yargs) =>
      yargs
        .positional('job', {
          type: 'string',
          demandOption: true,
          describe: 'Job file; - is standard input',
        })
        .options({ ...host.options(PLAN_OPTIONS), ...host.flags(OWN_OPTIONS) })
        .epilogue(
          helpExamples([
            ['$0 plan jobs/nightly-unstored-cleanup.yaml', 'Items, requests, duration, examples'],
            ['$0 plan jobs/nightly-unstored-cleanup.yaml --rate 5', 'The duration at this rate'],
          ]),
        ),
    handler: (flags) => host.invoke(flags, (invocation) => plan(invocation, flags)),
  };
}

async function plan(invocation: Invocation, flags: ArgumentsCamelCase<Flags>): Promise<ExitCode> {
  const job = withPart(await readJob(invocation, flags.job, flags), flags);
  const connection = connectionFromEnv(invocation.surroundings.env, flags);
  const { selectedAtMost } = await printPlan(job, invocation, { flags, connection });
  return flags.detailedExitcode && selectedAtMost > 0 ? 6 : 0;
}
