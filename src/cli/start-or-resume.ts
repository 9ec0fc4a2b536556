import type { ArgumentsCamelCase } from 'yargs';
import { UserError } from '../core/user-error.ts';
import type { Job } from '../job/job-schema.ts';
import { plainText } from '../progress/terminal-text.ts';
import { type EarlierUnfinished, findEarlierUnfinished } from '../run/earlier-unfinished.ts';
import { describeRun } from '../state/unfinished-runs.ts';
import { askAnswer } from './ask-line.ts';
import type { Invocation } from './command.ts';
import type { NewFlags, RunFlags } from './run-options.ts';
import type { RunOrder } from './with-run-context.ts';

const AGAIN = 'Type resume to continue that run, or new to start a new run:';

/**
 * Decides whether `run JOB` starts a new run or continues an unfinished run of the same job. Returns the run to
 * continue; null for a new run. Asks only a person at a terminal. With `--yes` or `--quiet`, and without a
 * terminal, chooses a new run and reports that in one line, unless `--continue` is given.
 */
export async function chooseUnfinished(
  job: Job,
  invocation: Invocation,
  order: RunOrder & { readonly flags: ArgumentsCamelCase<RunFlags & NewFlags> },
): Promise<EarlierUnfinished | null> {
  const { surroundings, stateDirectory, output, advice } = invocation;
  const { flags, connection } = order;
  if (flags.new && flags.continue) {
    throw new UserError('usage', 'Use --new or --continue, but not both. Nothing was started.');
  }
  if (flags.new) return null;
  const { world, env, ask } = surroundings;
  const earlier = await findEarlierUnfinished(job, { stateDirectory, world, env, connection });
  if (earlier === null) return null;
  const resume = advice.resume(earlier.run);
  if (earlier.isSameJob && flags.continue) return earlier;
  const mayAsk = ask !== null && !flags.yes && !flags.quiet;
  if (earlier.isSameJob && mayAsk) return askWhich(earlier, { ask, output });
  const why = earlier.isSameJob
    ? `is unfinished. To continue it: ${resume}`
    : `is unfinished, with another version of the job or other flags. To continue it as it began: ${resume}`;
  const message = `Starting a new run. Run ${earlier.run} of this job ${why}`;
  if (flags.quiet) output.log('info', { run: earlier.run }, message);
  else output.info(message);
  return null;
}

async function askWhich(
  earlier: EarlierUnfinished,
  {
    ask,
    output,
  }: Pick<Invocation, 'output'> & { ask: NonNullable<Invocation['surroundings']['ask']> },
): Promise<EarlierUnfinished | null> {
  const about = plainText(describeRun(earlier));
  const reply = await askAnswer(ask, {
    output,
    question: `Run ${earlier.run} of this job is unfinished (${about}).\n${AGAIN}`,
    again: AGAIN,
    read: (line) => (/^(?:resume|new)$/i.test(line) ? line.toLowerCase() : null),
    signal: new AbortController().signal,
  });
  if (reply.kind === 'answer') return reply.answer === 'resume' ? earlier : null;
  throw new UserError(
    'usage',
    `Neither resume nor new was typed, so nothing was started. To continue: ucbulk resume ${earlier.run}. For a new run without a question, add --new.`,
  );
}
