import type { InferredOptionTypes } from 'yargs';
import { withPart } from '../../job/job-part.ts';
import type { CommandHost, CommandParts } from '../command.ts';
import { helpExamples } from '../help-examples.ts';
import { JOB_ARGUMENT } from '../job-argument.ts';
import { readJob } from '../read-job.ts';
import { runJob } from '../run-job.ts';
import {
  NEW_OPTION,
  PART_OPTIONS,
  type PartFlags,
  RUN_OPTIONS,
  type RunFlags,
} from '../run-options.ts';

type Flags = RunFlags & PartFlags & InferredOptionTypes<typeof NEW_OPTION> & { job: string };

/** `run JOB`: starts a new run. */
export function runCommand(host: CommandHost): CommandParts<Flags> {
  return {
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
    handler: (flags) =>
      host.invoke(flags, async (invocation) => {
        const job = withPart(await readJob(invocation, flags.job, flags), flags);
        return runJob(job, invocation, { flags, file: flags.job });
      }),
  };
}
