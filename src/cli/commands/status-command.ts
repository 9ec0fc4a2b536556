import type { InferredOptionTypes } from 'yargs';
import { readRun } from '../../state/read-runs.ts';
import type { CommandHost, CommandParts } from '../command.ts';
import { GLOBAL_OPTIONS, type GlobalFlags } from '../global-options.ts';
import { helpExamples } from '../help-examples.ts';
import { findRunArgument, RUN_ARGUMENT } from '../run-argument.ts';
import { statusDocument, statusText } from '../status-text.ts';
import { stoppable } from '../stoppable.ts';
import { watchStatus } from '../watch-status.ts';

const STATUS_OPTIONS = {
  watch: {
    alias: 'w',
    type: 'boolean',
    default: false,
    describe: 'Show it again and again until the run ends; the exit code shows how it ended',
  },
} as const;

type Flags = GlobalFlags & InferredOptionTypes<typeof STATUS_OPTIONS> & { run: string | undefined };

/** `status [RUN]`: shows the current state of a run, also while another process works on it. */
export function statusCommand(host: CommandHost): CommandParts<Flags> {
  return {
    builder: (yargs) =>
      yargs
        .positional('run', { type: 'string', describe: `${RUN_ARGUMENT}; else the newest run` })
        .options({ ...host.flags(STATUS_OPTIONS), ...host.options(GLOBAL_OPTIONS) })
        .epilogue(
          helpExamples([
            ['$0 status', 'The newest run'],
            ['$0 status nightly-cleanup --watch', 'Watch the newest run of this job'],
            ['$0 status --json', 'The same for a script'],
          ]),
        ),
    handler: (flags) =>
      host.invoke(flags, async (invocation) => {
        const { surroundings, output, stateDirectory } = invocation;
        const status = await readRun(
          stateDirectory,
          await findRunArgument(flags.run, invocation),
          surroundings.world,
        );
        if (flags.watch) {
          return stoppable(surroundings, (signal) => watchStatus(status.run, invocation, signal));
        }
        output.result(statusDocument(status), () => output.fit(statusText(status, invocation)));
        return 0;
      }),
  };
}
