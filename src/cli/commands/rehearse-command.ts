import type { ArgumentsCamelCase, InferredOptionTypes } from 'yargs';
import { withPart } from '../../job/job-part.ts';
import { connectionFromEnv } from '../../run/connection-from-env.ts';
import { planRehearsal } from '../../run/plan-rehearsal.ts';
import type { CommandHost, CommandParts, Invocation } from '../command.ts';
import { type ExitCode, exitCodeForEnd } from '../exit-code.ts';
import { helpExamples } from '../help-examples.ts';
import { JOB_ARGUMENT } from '../job-argument.ts';
import { positiveInteger } from '../option-values.ts';
import { readJob } from '../read-job.ts';
import { rehearsalDocument, rehearsalText } from '../rehearsal/rehearsal-text.ts';
import { rehearseJob } from '../rehearsal/rehearse-job.ts';
import { PLAN_OPTIONS } from '../run-options.ts';

const OWN_OPTIONS = {
  files: {
    requiresArg: true,
    default: 100_000,
    coerce: positiveInteger('files'),
    describe:
      'Maximum number of files of the rehearsal; if the inventory has more, it takes every nth file',
  },
  keep: {
    type: 'boolean',
    default: false,
    describe: 'Keep the state directory of the rehearsal, for `items` and `report`',
  },
} as const;

type Flags = InferredOptionTypes<typeof PLAN_OPTIONS & typeof OWN_OPTIONS> & { job: string };

/** `rehearse JOB`: runs a job against an emulator with the files of the inventory. */
export function rehearseCommand(host: CommandHost): CommandParts<Flags> {
  return {
    builder: (yargs) =>
      yargs
        .positional('job', JOB_ARGUMENT)
        .options({ ...host.flags(OWN_OPTIONS), ...host.options(PLAN_OPTIONS) })
        .epilogue(
          helpExamples([['$0 rehearse jobs/nightly-unstored-cleanup.yaml', 'After `inspect`']]),
        ),
    handler: (flags) => host.invoke(flags, (invocation) => rehearse(invocation, flags)),
  };
}

async function rehearse(
  invocation: Invocation,
  flags: ArgumentsCamelCase<Flags>,
): Promise<ExitCode> {
  const { surroundings, output, stateDirectory } = invocation;
  const job = withPart(await readJob(invocation, flags.job, flags), flags);
  const real = connectionFromEnv(surroundings.env, flags);
  const order = { flags, connection: real };
  const { files: most, keep } = flags;
  const rehearsal = await rehearseJob(job, invocation, { order, real, most, keep });
  const { world } = surroundings;
  const pace = { world, stateDirectory, connection: real, rate: flags.rate };
  const duration = await planRehearsal(job, pace, rehearsal.end.requests);
  const code = exitCodeForEnd(rehearsal.end, rehearsal.signal);
  output.result(rehearsalDocument(rehearsal, duration, code), () =>
    output.fit(rehearsalText(rehearsal, duration)),
  );
  return code;
}
