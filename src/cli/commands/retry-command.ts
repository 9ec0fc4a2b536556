import type { ArgumentsCamelCase, InferredOptionTypes } from 'yargs';
import type { RunId } from '../../core/run.ts';
import type { StateCounts } from '../../core/state-counts.ts';
import { UserError } from '../../core/user-error.ts';
import { connectionFromEnv } from '../../run/connection-from-env.ts';
import type { RetryWanted } from '../../run/failed-items.ts';
import { checkNotDeclined } from '../../run/resume-run.ts';
import { retryRun } from '../../run/retry-run.ts';
import { type RetryReview, reviewRetry } from '../../run/review-retry.ts';
import { readRun } from '../../state/read-runs.ts';
import { checkStoredRun, checkVarNeedsJob } from '../check-stored-run.ts';
import type { CommandHost, CommandParts, Invocation } from '../command.ts';
import { executeRun } from '../execute-run.ts';
import type { ExitCode } from '../exit-code.ts';
import { helpExamples } from '../help-examples.ts';
import { text } from '../option-values.ts';
import { readJob } from '../read-job.ts';
import { retryDocument, retryText } from '../retry-text.ts';
import { findRunArgument, RUN_ARGUMENT } from '../run-argument.ts';
import { RUN_OPTIONS, type RunFlags } from '../run-options.ts';
import { jobPathOf } from '../trusted-code.ts';

const RETRY_OPTIONS = {
  code: {
    type: 'string',
    array: true,
    requiresArg: true,
    describe: 'Only items that failed with this code; may be repeated',
  },
  where: {
    requiresArg: true,
    coerce: text('where'),
    describe:
      'Only failed items for which this CEL condition is true: the names of an `if`, and code, message, step, attempts',
  },
  job: {
    type: 'string',
    requiresArg: true,
    describe: 'Continue with this changed job file; its selection and steps must be the same',
  },
} as const;

type Flags = RunFlags & InferredOptionTypes<typeof RETRY_OPTIONS> & { run: string };
type Given = ArgumentsCamelCase<Flags>;

/** `retry RUN`: gives failed items of a run a new attempt. */
export function retryCommand(host: CommandHost): CommandParts<Flags> {
  return {
    builder: (yargs) =>
      yargs
        .positional('run', { type: 'string', demandOption: true, describe: RUN_ARGUMENT })
        .options({ ...host.flags(RETRY_OPTIONS), ...host.options(RUN_OPTIONS) })
        .epilogue(
          helpExamples([
            ['$0 retry latest --dry-run', 'Show which failed items can be retried'],
            ['$0 retry latest', 'Retry them; asks before it pays again'],
            ['$0 retry latest --code gave_up --code http_500', 'Only these failures'],
            ['$0 retry latest --where \'step == "copy"\'', 'Only items that failed at this step'],
          ]),
        ),
    handler: (flags) => host.invoke(flags, (invocation) => retry(invocation, flags)),
  };
}

async function retry(invocation: Invocation, flags: Given): Promise<ExitCode> {
  const { surroundings, stateDirectory, output, advice } = invocation;
  const found = await findRunArgument(flags.run, invocation);
  const { run, isRunning, counts } = await readRun(stateDirectory, found, surroundings.world);
  checkVarNeedsJob(flags);
  checkNotDeclined(run, stateDirectory);
  if (isRunning && flags.onConflict !== 'wait') throw runInProgress(run);
  const wanted: RetryWanted = { codes: flags.code ?? null, where: flags.where ?? null };
  const review = reviewRetry(stateDirectory, run, wanted);
  if (flags.dryRun || (review.items === 0 && !isRunning)) {
    print(review, invocation);
    return flags.dryRun ? 0 : exitCodeOf(counts);
  }
  const job =
    flags.job === undefined
      ? undefined
      : await readJob(invocation, flags.job, { ...flags, mayBeLate: true });
  if (job === undefined) await checkStoredRun(invocation, run, flags);
  output.info(output.fit(retryText(review, false, advice)));
  const connection = connectionFromEnv(surroundings.env, flags);
  const order = { flags, connection, ...jobPathOf(flags) };
  return executeRun(invocation, order, (context) =>
    retryRun({ run, wanted, ...(job !== undefined && { job }) }, context),
  );
}

function print(review: RetryReview, { output, advice }: Invocation): void {
  const asText = () => output.fit(retryText(review, true, advice));
  output.result(retryDocument(review, true), asText);
}

/** The exit code if no item can be retried: that of the run as it is. */
function exitCodeOf({ pending, running, waiting, failed, ...counts }: StateCounts): ExitCode {
  if (pending + running + waiting > 0) return 5;
  if (counts['in-doubt'] > 0) return 11;
  return failed > 0 ? 1 : 0;
}

function runInProgress(run: RunId): UserError {
  return new UserError(
    'locked',
    `A process works on run ${run}. Its failed items can be retried when it has ended. Nothing was changed. Wait for it (use --on-conflict wait), or stop it: \`ucbulk stop ${run}\`. Then run this again.`,
  );
}
