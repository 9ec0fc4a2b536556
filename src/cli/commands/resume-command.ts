import type { ArgumentsCamelCase, CommandModule } from 'yargs';
import type { RunId } from '../../core/run.ts';
import { UserError } from '../../core/user-error.ts';
import { connectionFromEnv } from '../../run/connection-from-env.ts';
import { readRun } from '../../run/read-runs.ts';
import { checkChangedJob, resumeRun, runToResume } from '../../run/resume-run.ts';
import type { CommandHost, Invocation } from '../command.ts';
import { executeRun } from '../execute-run.ts';
import type { ExitCode } from '../exit-code.ts';
import { readJob } from '../read-job.ts';
import { parseRunArgument } from '../run-argument.ts';
import { RUN_OPTIONS, type RunFlags } from '../run-options.ts';
import { statusDocument, statusText } from '../status-text.ts';

const RESUME_OPTIONS = {
  ...RUN_OPTIONS,
  job: {
    type: 'string',
    requiresArg: true,
    describe:
      'Go on with this job file; only guards and limits may differ from what the run began with',
  },
} as const;

type Flags = RunFlags & { run: string | undefined; job: string | undefined };

/** `resume [RUN]`: go on with a run that ended early. */
export function resumeCommand(host: CommandHost): CommandModule<object, Flags> {
  return {
    command: 'resume [run]',
    describe: 'Go on with a run that was stopped, or died',
    builder: (yargs) =>
      yargs
        .positional('run', {
          type: 'string',
          describe: 'Run id; else the newest run that is not finished',
        })
        .options({ ...host.options(RESUME_OPTIONS) })
        .example([
          ['$0 resume', '1. Go on with the newest run that is not finished'],
          ['$0 resume 20261121-205404-k3x9', '2. Go on with this one'],
          ['$0 resume --rate 5', '3. The same, at most 5 requests a second'],
        ]),
    handler: (flags) => host.invoke(flags, (invocation) => resume(invocation, flags)),
  };
}

async function resume(invocation: Invocation, flags: ArgumentsCamelCase<Flags>): Promise<ExitCode> {
  const { surroundings } = invocation;
  const run = parseRunArgument(flags.run);
  if (flags.var !== undefined && flags.job === undefined) {
    throw new UserError(
      'usage',
      '--var goes with --job FILE only: without it, a run goes on with the values that it began with. Nothing was sent.',
    );
  }
  if (flags.dryRun) return preview(run, invocation, flags);
  const changed =
    flags.job === undefined ? undefined : await readJob(surroundings, flags.job, flags.var);
  const connection = connectionFromEnv(surroundings.env, flags);
  const order = { flags, connection };
  return executeRun(invocation, order, (context) => resumeRun(run, context, changed));
}

/** Where the run stands, and whether it would go on with the job file as it is now. */
async function preview(
  wanted: RunId | null,
  { surroundings, output, stateDirectory, advice }: Invocation,
  flags: ArgumentsCamelCase<Flags>,
): Promise<0> {
  const { world, env } = surroundings;
  const run = await runToResume(wanted, { stateDirectory, world, log: output.log });
  const status = await readRun(stateDirectory, run, world);
  if (flags.job !== undefined) {
    const changed = await readJob(surroundings, flags.job, flags.var);
    const connection = connectionFromEnv(env, flags);
    checkChangedJob(run, changed, { stateDirectory, connection, env });
    if (status.state !== 'finished')
      output.say(`${flags.job} is accepted: the run would go on with it.`);
  }
  output.result(statusDocument(status), () => output.fit(statusText(status, { advice })));
  return 0;
}
