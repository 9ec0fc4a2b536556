import type { CommandModule } from 'yargs';
import { formatCount, formatCounted } from '../../core/counted.ts';
import { plainText } from '../../progress/terminal-text.ts';
import { type AbandonedRun, abandonRun } from '../../run/abandon-run.ts';
import type { CommandHost, Invocation } from '../command.ts';
import { GLOBAL_OPTIONS, type GlobalFlags } from '../global-options.ts';
import { helpExamples } from '../help-examples.ts';
import { findRunArgument, RUN_ARGUMENT } from '../run-argument.ts';
import { countsText } from '../run-summary.ts';

type Flags = GlobalFlags & { run: string };

/** `abandon RUN`: ends an unfinished run for good. */
export function abandonCommand(host: CommandHost): CommandModule<object, Flags> {
  return {
    command: 'abandon <run>',
    describe: 'End an unfinished run for good: it can no longer be resumed; sends nothing',
    builder: (yargs) =>
      yargs
        .positional('run', { type: 'string', demandOption: true, describe: RUN_ARGUMENT })
        .options(host.options(GLOBAL_OPTIONS))
        .epilogue(
          helpExamples([
            ['$0 abandon 20261121-205404-k3x9', 'Give up the rest of this run'],
            ['$0 clean --keep-last 30', 'Then remove old runs, also abandoned ones'],
          ]),
        ),
    handler: (flags) =>
      host.invoke(flags, async (invocation) => {
        const { stateDirectory, surroundings, output } = invocation;
        const run = await findRunArgument(flags.run, invocation, 'unfinished');
        const abandoned = await abandonRun(stateDirectory, run, surroundings.world);
        output.result({ type: 'abandoned', ...abandoned }, () =>
          output.fit(abandonedText(abandoned, invocation)),
        );
        return 0;
      }),
  };
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
