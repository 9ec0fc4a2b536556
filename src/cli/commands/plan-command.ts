import type { ArgumentsCamelCase, InferredOptionTypes } from 'yargs';
import { UserError } from '../../core/user-error.ts';
import { withPart } from '../../job/job-part.ts';
import { connectionFromEnv } from '../../run/connection-from-env.ts';
import type { CommandHost, CommandParts, Invocation } from '../command.ts';
import type { ExitCode } from '../exit-code.ts';
import { helpExamples } from '../help-examples.ts';
import { JOB_ARGUMENT } from '../job-argument.ts';
import { text } from '../option-values.ts';
import { type PrintedPlan, printPlan } from '../print-plan.ts';
import { readJob } from '../read-job.ts';
import { readPublicKeys } from '../read-key-file.ts';
import { PLAN_OPTIONS } from '../run-options.ts';

// No environment variable sets these options. A variable for another command must not change an exit code or
// write a file.
const OWN_OPTIONS = {
  output: {
    alias: 'o',
    type: 'string',
    requiresArg: true,
    coerce: text('output'),
    describe: 'Plan file to write, for `apply`',
  },
  overwrite: { type: 'boolean', default: false, describe: 'Replace the file of --output' },
  compare: {
    type: 'string',
    requiresArg: true,
    coerce: text('compare'),
    describe: 'Earlier plan file: shows what is new, gone and changed since',
  },
  'require-approval': {
    type: 'string',
    array: true,
    requiresArg: true,
    describe: 'File with public ed25519 keys; one of them must approve the plan before `apply`',
  },
  'detailed-exitcode': {
    type: 'boolean',
    default: false,
    describe:
      'Exit with 6 if a run would have something to do; with --compare, if anything is different',
  },
} as const;

type Flags = InferredOptionTypes<typeof PLAN_OPTIONS & typeof OWN_OPTIONS> & { job: string };

/** `plan JOB`: shows what a run would do. */
export function planCommand(host: CommandHost): CommandParts<Flags> {
  return {
    builder: (yargs) =>
      yargs
        .positional('job', JOB_ARGUMENT)
        .options({ ...host.flags(OWN_OPTIONS), ...host.options(PLAN_OPTIONS) })
        .epilogue(
          helpExamples([
            ['$0 plan jobs/nightly-unstored-cleanup.yaml', 'Items, requests, duration, examples'],
            ['$0 plan jobs/nightly-unstored-cleanup.yaml -o tonight.plan', 'Freeze the selection'],
            ['$0 plan jobs/nightly-unstored-cleanup.yaml --rate 5', 'The duration at this rate'],
          ]),
        ),
    handler: (flags) => host.invoke(flags, (invocation) => plan(invocation, flags)),
  };
}

async function plan(invocation: Invocation, flags: ArgumentsCamelCase<Flags>): Promise<ExitCode> {
  const job = withPart(await readJob(invocation, flags.job, flags), flags);
  const connection = connectionFromEnv(invocation.surroundings.env, flags);
  const { output, overwrite, compare, requireApproval = [] } = flags;
  if (requireApproval.length > 0 && output === undefined) {
    throw new UserError(
      'usage',
      '--require-approval needs -o FILE: only a plan file can be approved.',
    );
  }
  const approvers = await readPublicKeys(requireApproval, invocation.surroundings);
  const order = { flags, connection, output, overwrite, compare, approvers, jobFile: flags.job };
  const printed = await printPlan(job, invocation, order);
  return flags.detailedExitcode && hasSomething(printed) ? 6 : 0;
}

/** True if a run would do something. If the plan was compared: true if something is different. */
function hasSomething({ plan, comparison }: PrintedPlan): boolean {
  if (comparison === null) return plan.selectedAtMost > 0;
  const { added, gone, changed, jobChanges } = comparison;
  return added.count + gone.count + changed.count + jobChanges.length > 0;
}
