import { dirname, resolve } from 'node:path';
import type { ArgumentsCamelCase, Argv, CommandModule, InferredOptionTypes } from 'yargs';
import { describeFileProblem } from '../../core/file-problem.ts';
import { UserError } from '../../core/user-error.ts';
import { plainText } from '../../progress/terminal-text.ts';
import type { CommandHost, CommandParts, Invocation } from '../command.ts';
import type { ExitCode } from '../exit-code.ts';
import { helpExamples } from '../help-examples.ts';
import { ONE_LINERS } from '../one-liners/all-one-liners.ts';
import { readableList } from '../one-liners/list-text.ts';
import type { Flags, OneLiner } from '../one-liners/one-liner.ts';
import { writeOneLiner } from '../one-liners/one-liner-job.ts';
import { refused } from '../one-liners/select-items.ts';
import {
  FILTER_OPTIONS,
  LIST_OPTIONS,
  PART_TEXT_OPTIONS,
  type SelectionFlags,
} from '../one-liners/selection-options.ts';
import { readUploadPaths } from '../one-liners/upload-paths.ts';
import { type OptionTable, text } from '../option-values.ts';
import { readJobText } from '../read-job.ts';
import { runJob } from '../run-job.ts';
import { NEW_OPTION, RUN_OPTIONS } from '../run-options.ts';
import { fileInfoCommand, fileListCommand } from './file-commands.ts';

const { var: _, 'api-version': __, ...WORK_OPTIONS } = RUN_OPTIONS;

const SAVE_OPTION = {
  save: {
    requiresArg: true,
    coerce: text('save'),
    describe: 'Write the job file that the command would run, and do not run it',
  },
} as const;

type Given = ArgumentsCamelCase<
  InferredOptionTypes<typeof RUN_OPTIONS & typeof NEW_OPTION & typeof SAVE_OPTION> &
    SelectionFlags &
    Flags
>;

/** The commands of a noun, such as `file delete` and `file store`, or one command without a verb, such as `import`. */
export function oneLinerCommand(noun: string, host: CommandHost): CommandParts<object> {
  const own = ONE_LINERS.filter(({ name }) => name === noun || name.startsWith(`${noun} `));
  const [first] = own;
  if (first === undefined) throw new Error(`There is no command ${noun}`);
  if (first.name === noun) return commandOf(first, host);
  return {
    builder: (yargs) =>
      own
        .reduce(
          (added: Argv, one) => added.command(commandOf(one, host)),
          reading(noun, yargs, host),
        )
        .demandCommand(1, `Which command? \`ucbulk ${noun} --help\` lists them.`),
    handler: () => undefined,
  };
}

/** Adds the commands that only read. */
function reading(noun: string, yargs: Argv, host: CommandHost): Argv {
  return noun === 'file'
    ? yargs.command(fileListCommand(host)).command(fileInfoCommand(host))
    : yargs;
}

function commandOf(oneLiner: OneLiner, host: CommandHost): CommandModule<object, object> {
  const { name, words, wordsText, describe, examples } = oneLiner;
  const verb = name.split(' ').at(-1) ?? name;
  return {
    command: `${verb} ${words}`,
    describe,
    builder: (yargs) =>
      positionals(yargs, words, wordsText)
        .options({
          ...host.flags(ownOptions(oneLiner)),
          ...host.options({ ...WORK_OPTIONS, ...NEW_OPTION }),
        })
        .epilogue(helpExamples(examples.map(([rest, does]) => [`$0 ${name} ${rest}`, does]))),
    handler: (flags) =>
      host.invoke(flags as unknown as Given, (invocation) =>
        runOneLiner(oneLiner, invocation, flags as unknown as Given),
      ),
  };
}

/** The options of the operation and of the selection. No environment variable sets them. */
function ownOptions({ options, takes }: OneLiner): OptionTable {
  return {
    ...options,
    ...(takes === 'files' && FILTER_OPTIONS),
    ...(takes === 'groups' && { all: { ...FILTER_OPTIONS.all, describe: 'Take every group' } }),
    ...((takes === 'files' || takes === 'urls') && LIST_OPTIONS),
    ...PART_TEXT_OPTIONS,
    ...SAVE_OPTION,
  };
}

function positionals(yargs: Argv, words: string, describe: string): Argv {
  const names = argumentNames(words);
  const last = names.at(-1) ?? '';
  return names.reduce(
    (added, name) =>
      added.positional(name, { type: 'string', ...(name === last && { array: true }), describe }),
    yargs,
  );
}

async function runOneLiner(
  oneLiner: OneLiner,
  invocation: Invocation,
  flags: Given,
): Promise<ExitCode> {
  const { cwd } = invocation.surroundings;
  const { files } = invocation.surroundings.world;
  const words = wordsOf(oneLiner, flags);
  const upload =
    oneLiner.takes === 'paths' ? await readUploadPaths(words, { files, cwd }) : undefined;
  const given = { words, flags, cwd, upload };
  if (flags.save !== undefined) return saveJob(oneLiner, invocation, given);
  const { text, input, readsInput } = writeOneLiner(oneLiner, { ...given, folder: cwd });
  if (input !== null && flags.dryRun) {
    throw refused(
      '--dry-run reads URLs only from a file: write them to a list, and use --from FILE.',
    );
  }
  const name = `ucbulk ${oneLiner.name}`;
  const job = await readJobText(invocation, text, { name, folder: cwd });
  const reading = readsInput ? withInput(invocation, input) : invocation;
  return runJob(job, reading, { flags });
}

/** The names of the arguments in a usage such as `<addon> [words..]`. */
function argumentNames(words: string): string[] {
  return [...words.matchAll(/[<[](\w+)/g)].map(([, name = '']) => name);
}

function wordsOf({ words }: OneLiner, flags: Flags): string[] {
  return argumentNames(words)
    .flatMap((name) => flags[name] ?? [])
    .map(String);
}

/** Replaces standard input by `text`, or by a readable form of the real input if `text` is null. */
function withInput(invocation: Invocation, text: string | null): Invocation {
  const { surroundings } = invocation;
  const { world } = surroundings;
  if (text === null && surroundings.ask !== null) {
    throw new UserError(
      'usage',
      'Standard input is a terminal, so there is no list to read. Pipe one into the command, or name a file with --from FILE. Nothing was done.',
    );
  }
  const readInput = () => (text === null ? readableList(world.files.readInput()) : bytesOf(text));
  const files = { ...world.files, readInput };
  return { ...invocation, surroundings: { ...surroundings, world: { ...world, files } } };
}

async function* bytesOf(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

function notSaved(file: string, cause: unknown): UserError {
  return new UserError(
    'usage',
    `--save can't write ${file}: ${describeFileProblem(cause)}. Name a file in a folder that exists and that you can write. Nothing was done.`,
    { cause },
  );
}

/** Writes the job file of a one-liner. Throws a `UserError` if the file exists. */
async function saveJob(
  oneLiner: OneLiner,
  invocation: Invocation,
  given: Omit<Parameters<typeof writeOneLiner>[1], 'folder'> & { readonly flags: Given },
): Promise<ExitCode> {
  const { flags } = given;
  const { output, surroundings } = invocation;
  const { cwd, world } = surroundings;
  if (flags.save === '') throw refused('--save is empty: name a file, such as cleanup.yaml.');
  const path = resolve(cwd, flags.save ?? '');
  const folder = dirname(path);
  const made = writeOneLiner(oneLiner, { ...given, folder });
  if (made.input !== null) {
    throw new UserError(
      'usage',
      "A job file can't contain URLs. Write them to a list, and use --from FILE. Nothing was done.",
    );
  }
  await readJobText(invocation, made.text, { name: flags.save ?? '', folder });
  if (await world.files.exists(path)) {
    throw new UserError(
      'usage',
      `${flags.save} exists. Name another file for --save. Nothing was done.`,
    );
  }
  const comment = `# Written by: ucbulk ${oneLiner.name}\n`;
  await world.files.writeText(path, `${comment}${made.text}`).catch((error: unknown) => {
    throw notSaved(flags.save ?? '', error);
  });
  const shown = plainText(flags.save ?? '');
  output.result(
    { type: 'saved-job', file: flags.save },
    () => `Saved ${shown}. To run it: ucbulk run ${shown}`,
  );
  return 0;
}
