import type { ArgumentsCamelCase, CommandModule } from 'yargs';
import { withPart } from '../../job/job-part.ts';
import { connectionFromEnv } from '../../run/connection-from-env.ts';
import { planRun } from '../../run/plan-run.ts';
import { startRun } from '../../run/start-run.ts';
import type { CommandHost, Invocation } from '../command.ts';
import { executeRun } from '../execute-run.ts';
import type { ExitCode } from '../exit-code.ts';
import { helpExamples } from '../help-examples.ts';
import { planDocument, planText } from '../plan-text.ts';
import { readJob } from '../read-job.ts';
import { PART_OPTIONS, type PartFlags, RUN_OPTIONS, type RunFlags } from '../run-options.ts';
import { withRunContext } from '../with-run-context.ts';

type Flags = RunFlags & PartFlags & { job: string };

/** `run JOB`: starts a new run. */
export function runCommand(host: CommandHost): CommandModule<object, Flags> {
  return {
    command: 'run <job>',
    describe: 'Start a new run of a job file',
    builder: (yargs) =>
      yargs
        .positional('job', {
          type: 'string',
          demandOption: true,
          describe: 'Job file; - is standard input',
        })
        .options(host.options({ ...RUN_OPTIONS, ...PART_OPTIONS }))
        .epilogue(
          helpExamples([
            ['$0 run jobs/nightly-unstored-cleanup.yaml --dry-run', 'Count what it would do'],
            ['$0 run jobs/nightly-unstored-cleanup.yaml', 'Do it; asks before it deletes'],
            ['$0 run jobs/nightly-unstored-cleanup.yaml --yes -q', 'Do it from cron'],
            ['$0 run jobs/migrate-to-remote-storage.yaml --var target=archive', 'Set a variable'],
          ]),
        ),
    handler: (flags) => host.invoke(flags, (invocation) => run(invocation, flags)),
  };
}

async function run(invocation: Invocation, flags: ArgumentsCamelCase<Flags>): Promise<ExitCode> {
  const { surroundings, output } = invocation;
  const job = withPart(await readJob(invocation, flags.job, flags), flags);
  const connection = connectionFromEnv(surroundings.env, flags);
  const order = { flags, connection };
  if (!flags.dryRun) {
    return executeRun(invocation, order, (context) => startRun(job, context, flags.job));
  }
  const { result } = await withRunContext(invocation, order, (context) => planRun(job, context));
  output.result(planDocument(job, result), () => output.fit(planText(job, result)));
  return 0;
}
