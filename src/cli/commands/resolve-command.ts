import type { CommandModule, InferredOptionTypes } from 'yargs';
import { parseFileUuid } from '../../core/file-uuid.ts';
import { UserError } from '../../core/user-error.ts';
import { readRun } from '../../run/read-runs.ts';
import { type Resolution, resolveItems } from '../../run/resolve-items.ts';
import type { CommandHost } from '../command.ts';
import { GLOBAL_OPTIONS } from '../global-options.ts';
import { parseRunArgument } from '../run-argument.ts';

const RESOLVE_OPTIONS = {
  as: {
    choices: ['done', 'redo', 'skip', 'adopt'],
    demandOption: true,
    requiresArg: true,
    describe: 'What is so: it happened, send it again, leave it, or it made the file --file',
  },
  file: {
    type: 'string',
    requiresArg: true,
    describe: 'UUID of the file that was made; with --as adopt',
  },
} as const;

type Flags = InferredOptionTypes<typeof GLOBAL_OPTIONS & typeof RESOLVE_OPTIONS> & {
  run: string;
  item: string[] | undefined;
};

/** `resolve RUN [ITEM…]`: a person's word on what is in doubt. */
export function resolveCommand(host: CommandHost): CommandModule<object, Flags> {
  return {
    command: 'resolve <run> [item..]',
    describe: 'Say what became of items that are in doubt; sends nothing',
    builder: (yargs) =>
      yargs
        .positional('run', { type: 'string', demandOption: true, describe: 'Run id' })
        .positional('item', {
          type: 'string',
          array: true,
          describe: 'Keys of items in doubt; all of them if absent',
        })
        .options({ ...host.options(GLOBAL_OPTIONS), ...RESOLVE_OPTIONS })
        .example([
          ['$0 items 20261121-205404-k3x9 --state in-doubt', '1. What is in doubt, and why'],
          ['$0 resolve 20261121-205404-k3x9 UUID --as adopt --file NEW', '2. It made this file'],
          ['$0 resolve 20261121-205404-k3x9 --as redo', '3. Send all of them again'],
          ['$0 resume 20261121-205404-k3x9', '4. Go on'],
        ]),
    handler: (flags) =>
      host.invoke(flags, async ({ surroundings, output, stateDirectory }) => {
        const { world } = surroundings;
        const { run } = await readRun(stateDirectory, parseRunArgument(flags.run), world);
        const keys = flags.item === undefined || flags.item.length === 0 ? null : flags.item;
        const resolution = resolutionOf(flags, keys);
        const resolved = await resolveItems(stateDirectory, { run, keys, resolution }, world);
        output.result({ type: 'resolved', run, as: resolution.as, items: resolved }, () => {
          return `${resolved} item(s) in doubt are resolved as ${resolution.as}. Go on: ucbulk resume ${run}`;
        });
        return 0;
      }),
  };
}

function resolutionOf({ as, file }: Flags, keys: readonly string[] | null): Resolution {
  if (as !== 'adopt') {
    if (file === undefined) return { as };
    throw new UserError('usage', `--file goes with --as adopt only, got --as ${as}.`);
  }
  if (file === undefined || keys?.length !== 1) {
    throw new UserError('usage', '--as adopt takes one item, and --file with the UUID it made.');
  }
  try {
    return { as, file: parseFileUuid(file) };
  } catch (error) {
    throw notAUuid(error);
  }
}

function notAUuid(error: unknown): UserError {
  return new UserError('usage', error instanceof Error ? error.message : String(error));
}
