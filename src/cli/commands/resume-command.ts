import type { ArgumentsCamelCase } from 'yargs';
import { isUnfinished, type RunId } from '../../core/run.ts';
import type { Job } from '../../job/job-schema.ts';
import { connectionFromEnv } from '../../run/connection-from-env.ts';
import { checkChangedJob, checkNotDeclined, resumeRun } from '../../run/resume-run.ts';
import { jobIdentity, runToResume } from '../../run/run-to-resume.ts';
import { readRun } from '../../state/read-runs.ts';
import { checkStoredRun, checkVarNeedsJob } from '../check-stored-run.ts';
import { chooseRun } from '../choose-run.ts';
import type { CommandHost, CommandParts, Invocation } from '../command.ts';
import { executeRun } from '../execute-run.ts';
import type { ExitCode } from '../exit-code.ts';
import { helpExamples } from '../help-examples.ts';
import { readJob } from '../read-job.ts';
import { findRunArgument, RUN_ARGUMENT } from '../run-argument.ts';
import { RUN_OPTIONS, type RunFlags } from '../run-options.ts';
import { statusDocument, statusText } from '../status-text.ts';
import { jobPathOf } from '../trusted-code.ts';

const RESUME_OPTIONS = {
  ...RUN_OPTIONS,
  'dry-run': {
    ...RUN_OPTIONS['dry-run'],
    describe: 'Print the status of the run, and check the job file; change nothing',
  },
  job: {
    type: 'string',
    requiresArg: true,
    describe:
      "Resume with this changed job file; its selection and steps must be the same; without RUN, this job's newest unfinished run",
  },
} as const;

const FINISHED =
  'The run had finished before, so nothing was sent. To work on files that are new since then, start its job again.';

type Flags = RunFlags & { run: string | undefined; job: string | undefined };

/** `resume [RUN]`: resumes a run that ended early. */
export function resumeCommand(host: CommandHost): CommandParts<Flags> {
  return {
    builder: (yargs) =>
      yargs
        .positional('run', {
          type: 'string',
          describe: `${RUN_ARGUMENT}; else the only unfinished run`,
        })
        .options({ ...host.options(RESUME_OPTIONS) })
        .epilogue(
          helpExamples([
            ['$0 resume', 'Resume the only unfinished run; asks which if there are more'],
            ['$0 resume 20261121-205404-k3x9', 'Resume this run'],
            ['$0 resume --job nightly.yaml', 'Resume the newest unfinished run of this job'],
          ]),
        ),
    handler: (flags) => host.invoke(flags, (invocation) => resume(invocation, flags)),
  };
}

async function resume(invocation: Invocation, flags: ArgumentsCamelCase<Flags>): Promise<ExitCode> {
  const { surroundings, stateDirectory } = invocation;
  const run = await findRunArgument(flags.run, invocation, 'unfinished');
  checkVarNeedsJob(flags);
  const changed =
    flags.job === undefined
      ? undefined
      : await readJob(invocation, flags.job, { ...flags, mayBeLate: true });
  const wanted = run ?? (changed === undefined ? await chooseRun(invocation) : null);
  let isFinished = false;
  if (changed === undefined) {
    const place = { stateDirectory, world: surroundings.world, log: invocation.output.log };
    const stored = await runToResume(wanted, place, null);
    await checkStoredRun(invocation, stored, flags);
    isFinished = (await readRun(stateDirectory, stored, surroundings.world)).state === 'finished';
  }
  if (flags.dryRun) return preview(wanted, invocation, { flags, changed });
  const connection = connectionFromEnv(surroundings.env, flags);
  const order = { flags, connection, isResume: true, ...jobPathOf(flags) };
  const code = await executeRun(invocation, order, (context) =>
    resumeRun(wanted, context, changed),
  );
  if (isFinished) invocation.output.info(FINISHED);
  return code;
}

/** Shows the state of the run. Throws if the run can't be resumed, for example with the given job file. */
async function preview(
  wanted: RunId | null,
  { surroundings, output, stateDirectory, advice }: Invocation,
  { flags, changed }: { flags: ArgumentsCamelCase<Flags>; changed: Job | undefined },
): Promise<0> {
  const { world, env } = surroundings;
  const place = { stateDirectory, world, log: output.log };
  // The API keys identify the project. They are needed only to compare the run with a job file.
  const connection = changed === undefined ? null : connectionFromEnv(env, flags);
  const ofJob = changed && connection ? jobIdentity(changed, connection) : null;
  const run = await runToResume(wanted, place, ofJob);
  checkNotDeclined(run, stateDirectory);
  const status = await readRun(stateDirectory, run, world);
  if (changed !== undefined && connection !== null) {
    const { files } = world;
    await checkChangedJob(run, changed, { stateDirectory, connection, env, files });
    if (isUnfinished(status.state))
      output.info(`${flags.job} is accepted: the run would continue with it.`);
  }
  output.result(statusDocument(status), () => output.fit(statusText(status, { advice })));
  return 0;
}
