import type { CommandModule, InferredOptionTypes } from 'yargs';
import { ITEM_STATES } from '../../core/item.ts';
import { plainText } from '../../progress/terminal-text.ts';
import { readItems, readRun } from '../../run/read-runs.ts';
import type { ItemReport } from '../../run/run-status.ts';
import type { CommandHost } from '../command.ts';
import { GLOBAL_OPTIONS_OF_ITEMS } from '../global-options.ts';
import { positiveInteger } from '../option-values.ts';
import { resultText } from '../result-text.ts';
import { parseRunArgument } from '../run-argument.ts';

const ITEMS_OPTIONS = {
  state: { choices: ITEM_STATES, requiresArg: true, describe: 'Only items in this state' },
  limit: {
    requiresArg: true,
    coerce: positiveInteger('limit'),
    describe: 'So many items, at most',
  },
} as const;

type Flags = InferredOptionTypes<typeof GLOBAL_OPTIONS_OF_ITEMS & typeof ITEMS_OPTIONS> & {
  run: string;
};

/** `items RUN`: the items of a run, one a line. */
export function itemsCommand(host: CommandHost): CommandModule<object, Flags> {
  return {
    command: 'items <run>',
    describe: 'The items of a run: how each ended, why, and what came of it',
    builder: (yargs) =>
      yargs
        .positional('run', { type: 'string', demandOption: true, describe: 'Run id' })
        .options({ ...host.options(GLOBAL_OPTIONS_OF_ITEMS), ...ITEMS_OPTIONS })
        .example([
          ['$0 items 20261121-205404-k3x9 --state failed', '1. Which failed, and why'],
          ['$0 items 20261121-205404-k3x9 --json', '2. All of them, a document an item'],
        ]),
    handler: (flags) =>
      host.invoke(flags, async ({ surroundings, output, stateDirectory }) => {
        const { run } = await readRun(
          stateDirectory,
          parseRunArgument(flags.run),
          surroundings.world,
        );
        const { state, limit } = flags;
        const query = {
          ...(state !== undefined && { state }),
          ...(limit !== undefined && { limit }),
        };
        for (const item of readItems(stateDirectory, run, query)) {
          if (!output.isRead()) break;
          output.result({ type: 'item', run, ...item }, () => itemLine(item));
        }
        return 0;
      }),
  };
}

/** Tabs between fields, so that `cut` and `awk` can have them too. */
function itemLine(item: ItemReport): string {
  const why = [item.reason, item.message].filter((part) => part !== null).join(': ');
  const result = item.result === null ? '' : resultText(item.result);
  return [item.key, item.state, item.step, why, result].map(plainText).join('\t').trimEnd();
}
