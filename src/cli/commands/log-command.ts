import { plainText } from '../../progress/terminal-text.ts';
import { readEvents } from '../../state/read-runs.ts';
import type { CommandHost, CommandParts } from '../command.ts';
import { GLOBAL_OPTIONS, type GlobalFlags } from '../global-options.ts';
import { helpExamples } from '../help-examples.ts';
import type { ResultDocument } from '../output.ts';
import { findRunArgument, RUN_ARGUMENT } from '../run-argument.ts';
import { formatInstant } from '../text-table.ts';

type Flags = GlobalFlags & { run: string | undefined };

/** `log [RUN]`: prints the events of a run: starts, waits, and the reasons of stops. */
export function logCommand(host: CommandHost): CommandParts<Flags> {
  return {
    builder: (yargs) =>
      yargs
        .positional('run', { type: 'string', describe: `${RUN_ARGUMENT}; else the newest run` })
        .options(host.options(GLOBAL_OPTIONS))
        .epilogue(
          helpExamples([
            ['$0 log', 'Events of the newest run'],
            ['$0 log nightly-cleanup --json', 'One document per event'],
          ]),
        ),
    handler: (flags) =>
      host.invoke(flags, async (invocation) => {
        const { output, stateDirectory, surroundings } = invocation;
        const wanted = await findRunArgument(flags.run, invocation);
        const { run, events } = await readEvents(stateDirectory, wanted, surroundings.world.files);
        if (events.length === 0) output.info(`Run ${run} has no events yet.`);
        for (const { at, kind, text } of events) {
          const document: ResultDocument = {
            type: 'event',
            run,
            at: formatInstant(at),
            kind,
            text,
          };
          output.result(document, () => output.fit(`${formatInstant(at)}  ${plainText(text)}`));
        }
        return 0;
      }),
  };
}
