import { resolve } from 'node:path';
import type { ArgumentsCamelCase, CommandModule, InferredOptionTypes } from 'yargs';
import { present } from '../../core/present.ts';
import { applyPlan } from '../../run/apply-plan.ts';
import { connectionFromEnv } from '../../run/connection-from-env.ts';
import type { CommandHost, Invocation } from '../command.ts';
import { executeRun } from '../execute-run.ts';
import type { ExitCode } from '../exit-code.ts';
import { helpExamples } from '../help-examples.ts';
import { duration, text } from '../option-values.ts';
import { readJob } from '../read-job.ts';
import { APPLY_OPTIONS } from '../run-options.ts';

const MAX_AGE = {
  'max-age': {
    type: 'string',
    requiresArg: true,
    coerce: duration('max-age'),
    describe: 'Refuse a plan that is older, such as 24h; no limit if absent',
  },
} as const;

// No environment variable sets these options. Each of them belongs to one plan.
const OWN_OPTIONS = {
  job: {
    type: 'string',
    requiresArg: true,
    coerce: text('job'),
    describe: 'Job file of the plan, whose guards and limits may have changed',
  },
  again: {
    type: 'boolean',
    default: false,
    describe: 'Apply the plan, although an earlier run has applied it',
  },
} as const;

type Options = typeof APPLY_OPTIONS & typeof MAX_AGE & typeof OWN_OPTIONS;
type Flags = InferredOptionTypes<Options> & { file: string };

/** `apply FILE`: starts a run that does exactly the selection of a plan. */
export function applyCommand(host: CommandHost): CommandModule<object, Flags> {
  return {
    command: 'apply <file>',
    describe: 'Do exactly what a plan file contains',
    builder: (yargs) =>
      yargs
        .positional('file', { type: 'string', demandOption: true, describe: 'Plan file' })
        .options({ ...host.options({ ...APPLY_OPTIONS, ...MAX_AGE }), ...host.flags(OWN_OPTIONS) })
        .epilogue(
          helpExamples([
            ['$0 plan clean.yaml -o tonight.plan', 'Freeze the selection of a job'],
            ['$0 apply tonight.plan', 'Do it; asks before it deletes'],
            ['$0 apply tonight.plan --yes --max-age 24h', 'Do it from cron, if it is recent'],
          ]),
        ),
    handler: (flags) => host.invoke(flags, (invocation) => apply(invocation, flags)),
  };
}

async function apply(invocation: Invocation, flags: ArgumentsCamelCase<Flags>): Promise<ExitCode> {
  const { cwd, env } = invocation.surroundings;
  const { file, again, canary, maxAge: maxAgeMs } = flags;
  const job = flags.job === undefined ? undefined : await readJob(invocation, flags.job, flags);
  const connection = connectionFromEnv(env, flags);
  const options = { path: resolve(cwd, file), file, again, ...present({ job, canary, maxAgeMs }) };
  return executeRun(invocation, { flags, connection }, (context) => applyPlan(options, context));
}
