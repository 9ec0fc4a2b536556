import { resolve } from 'node:path';
import type { ArgumentsCamelCase, InferredOptionTypes } from 'yargs';
import { present } from '../../core/present.ts';
import { UserError } from '../../core/user-error.ts';
import type { Approver } from '../../plans/plan-approval.ts';
import { applyPlan } from '../../run/apply-plan.ts';
import { connectionFromEnv } from '../../run/connection-from-env.ts';
import type { CommandHost, CommandParts, Invocation } from '../command.ts';
import { executeRun } from '../execute-run.ts';
import type { ExitCode } from '../exit-code.ts';
import { helpExamples } from '../help-examples.ts';
import { duration, text, variableName } from '../option-values.ts';
import { readJob } from '../read-job.ts';
import { readPublicKeys } from '../read-key-file.ts';
import { APPLY_OPTIONS } from '../run-options.ts';
import type { Environment } from '../surroundings.ts';
import { jobPathOf } from '../trusted-code.ts';

const RULES = {
  'max-age': {
    type: 'string',
    requiresArg: true,
    coerce: duration('max-age'),
    describe: 'Refuse a plan that is older, such as 24h; no limit if absent',
  },
  'approved-by': {
    type: 'string',
    requiresArg: true,
    coerce: text('approved-by'),
    describe: 'File with public keys of which one must have approved the plan',
  },
} as const;

// No environment variable sets these options. Each of them belongs to one plan.
const OWN_OPTIONS = {
  job: {
    type: 'string',
    requiresArg: true,
    coerce: text('job'),
    describe:
      'Job file of the plan with other guards, limits or prices; none that an approved plan forbids',
  },
  again: {
    type: 'boolean',
    default: false,
    describe: 'Apply the plan, although an earlier run has applied it',
  },
} as const;

type Options = typeof APPLY_OPTIONS & typeof RULES & typeof OWN_OPTIONS;
type Flags = InferredOptionTypes<Options> & { file: string };

/** `apply FILE`: starts a run that does exactly the selection of a plan. */
export function applyCommand(host: CommandHost): CommandParts<Flags> {
  return {
    builder: (yargs) =>
      yargs
        .positional('file', { type: 'string', demandOption: true, describe: 'Plan file' })
        .options({ ...host.flags(OWN_OPTIONS), ...host.options({ ...RULES, ...APPLY_OPTIONS }) })
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

/**
 * Throws a `UserError` for a rule that is set and empty, such as a variable whose value a script could not find.
 * Without the rule, `apply` would accept plans that it should refuse.
 */
function refuseEmptyRules(env: Environment, { approvedBy }: { approvedBy?: string | undefined }) {
  const variables = Object.keys(RULES).map(variableName);
  const empty = variables.find((name) => env[name]?.trim() === '');
  const name = empty ?? (approvedBy?.trim() === '' ? '--approved-by' : null);
  if (name === null) return;
  const action = name === empty ? 'Set it, or unset it' : 'Name a file';
  throw new UserError('usage', `${name} is empty. Nothing was sent. ${action}.`);
}

async function apply(invocation: Invocation, flags: ArgumentsCamelCase<Flags>): Promise<ExitCode> {
  const { surroundings, output } = invocation;
  const { cwd, env } = surroundings;
  refuseEmptyRules(env, flags);
  const { file, again, canary, maxAge: maxAgeMs } = flags;
  const job = flags.job === undefined ? undefined : await readJob(invocation, flags.job, flags);
  const approvedBy =
    flags.approvedBy === undefined
      ? undefined
      : await readPublicKeys([flags.approvedBy], surroundings);
  const connection = connectionFromEnv(env, flags);
  const options = {
    path: resolve(cwd, file),
    file,
    again,
    onApproved: (approver: Approver) => output.info(approverText(approver)),
    ...present({ job, canary, maxAgeMs, approvedBy }),
  };
  return executeRun(
    invocation,
    { flags, connection, job, ...jobPathOf({ job: flags.job ?? file }) },
    (context) => applyPlan(options, context),
  );
}

function approverText({ fingerprint, at, isTrusted }: Approver): string {
  const source = isTrusted ? '--approved-by has this key' : 'only the plan itself names this key';
  return `The plan was approved with the key ${fingerprint} at ${at} (${source}).`;
}
