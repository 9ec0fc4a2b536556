import type { InferredOptionTypes } from 'yargs';
import { formatCount, formatCounted } from '../../core/counted.ts';
import { isUnfinished, type RunId } from '../../core/run.ts';
import { UserError } from '../../core/user-error.ts';
import { plainText } from '../../progress/terminal-text.ts';
import { type AbandonedRun, abandonRun } from '../../run/abandon-run.ts';
import { readRun } from '../../state/read-runs.ts';
import { askAnswer } from '../ask-line.ts';
import type { CommandHost, CommandParts, Invocation } from '../command.ts';
import { GLOBAL_OPTIONS } from '../global-options.ts';
import { helpExamples } from '../help-examples.ts';
import { findRunArgument, RUN_ARGUMENT } from '../run-argument.ts';
import { countsText } from '../run-summary.ts';
import { stoppable } from '../stoppable.ts';

const ABANDON_OPTIONS = {
  ...GLOBAL_OPTIONS,
  yes: {
    alias: 'y',
    type: 'boolean',
    default: false,
    describe: 'Abandon without asking; without a terminal, nobody is asked',
  },
} as const;

type Flags = InferredOptionTypes<typeof ABANDON_OPTIONS> & { run: string };

/** `abandon RUN`: ends an unfinished run for good. */
export function abandonCommand(host: CommandHost): CommandParts<Flags> {
  return {
    builder: (yargs) =>
      yargs
        .positional('run', { type: 'string', demandOption: true, describe: RUN_ARGUMENT })
        .options(host.options(ABANDON_OPTIONS))
        .epilogue(
          helpExamples([
            ['$0 abandon 20261121-205404-k3x9', 'Give up the rest of this run; asks first'],
            ['$0 clean --keep-last 30', 'Then remove old runs, also abandoned ones'],
          ]),
        ),
    handler: (flags) =>
      host.invoke(flags, (invocation) =>
        stoppable(invocation.surroundings, async (signal) => {
          const { stateDirectory, surroundings, output } = invocation;
          const run = await findRunArgument(flags.run, invocation, 'unfinished');
          if (!flags.yes) await confirmAbandon(run, invocation, signal);
          const abandoned = await abandonRun(stateDirectory, run, surroundings.world);
          output.result({ type: 'abandoned', ...abandoned }, () =>
            output.fit(abandonedText(abandoned, invocation)),
          );
          return 0;
        }),
      ),
  };
}

const AGAIN = 'Type yes to abandon it, or no to keep it:';

/**
 * Asks whether to abandon a run, if there is a terminal. Throws if the answer is not yes. Without a terminal, a
 * script has named the run, and nothing is deleted or paid.
 */
async function confirmAbandon(
  wanted: RunId,
  { stateDirectory, surroundings, output }: Invocation,
  signal: AbortSignal,
): Promise<void> {
  const { ask, world } = surroundings;
  if (ask === null) return;
  const { run, state, jobName, counts } = await readRun(stateDirectory, wanted, world);
  // `abandonRun` refuses this run.
  if (!isUnfinished(state)) return;
  const words = `Run ${run} (${plainText(jobName)}) has these items: ${countsText(counts)}. If you abandon it, it can never be resumed or retried.`;
  const reply = await askAnswer(ask, {
    output,
    question: output.fit(`${words}\n${AGAIN}`),
    again: AGAIN,
    read: readAnswer,
    signal,
  });
  signal.throwIfAborted();
  if (reply.kind === 'answer' && reply.answer === 'yes') return;
  throw new UserError('refused', `Run ${run} was not abandoned. Nothing was changed.`);
}

function readAnswer(line: string): 'yes' | 'no' | null {
  if (/^y(es)?$/i.test(line)) return 'yes';
  return /^no?$/i.test(line) ? 'no' : null;
}

function abandonedText(
  { run, jobName, counts, newDoubts }: AbandonedRun,
  { advice }: Pick<Invocation, 'advice'>,
): string {
  const inDoubt = counts['in-doubt'];
  const since = newDoubts === 0 ? '' : `, ${formatCount(newDoubts)} of them new`;
  return [
    `Run ${run} (${plainText(jobName)}) is abandoned: it can't be resumed. Nothing was sent.`,
    `Items: ${countsText(counts)}. Pending items stay untouched.`,
    ...(inDoubt === 0
      ? []
      : [
          `${formatCounted(inDoubt, 'item')} in doubt${since}: their requests were sent, and nobody knows the results. \`ucbulk clean\` keeps the run until you have decided about them.`,
          `To see them: ${advice.items(run, 'in-doubt')}`,
        ]),
  ].join('\n');
}
