import type { Argv, CommandModule, Options, PositionalOptions } from 'yargs';
import type { CommandHost } from './command.ts';
import { type OptionTable, variableName } from './option-values.ts';

/** A flag of a command, for programs. */
export interface FlagInfo {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly type: 'boolean' | 'text';
  readonly repeatable: boolean;
  readonly required: boolean;
  readonly choices: readonly string[] | null;
  /** The default as text; null if there is none. */
  readonly default: string | null;
  /** The environment variable that also sets the flag; null if none does. */
  readonly variable: string | null;
  readonly description: string;
}

/** An argument of a command, for programs. */
export interface ArgumentInfo {
  readonly name: string;
  readonly required: boolean;
  readonly repeatable: boolean;
  readonly choices: readonly string[] | null;
  readonly description: string;
}

/** A command with its arguments and flags, for programs. */
export interface CommandInfo {
  /** The words of the command, such as `file delete`. */
  readonly name: string;
  readonly description: string;
  readonly arguments: ArgumentInfo[];
  readonly flags: FlagInfo[];
}

/** A function that adds all commands to a yargs program. */
export type AddAll = (program: Argv, host: CommandHost) => Promise<unknown>;

/** Reads all commands with their arguments and flags, in the order of the help. */
export async function readCommands(addAll: AddAll): Promise<CommandInfo[]> {
  const commands: CommandInfo[] = [];
  const withVariable = new WeakSet<object>();
  const host: CommandHost = {
    options(table) {
      for (const option of Object.values(table)) withVariable.add(option);
      return table;
    },
    flags: (table) => table,
    knownOptions: () => [],
    booleans: () => new Map(),
    invoke: () => Promise.resolve(),
  };
  const hasVariable = (option: Options) => withVariable.has(option);
  await addAll(recorder({ commands, words: [], command: null, hasVariable }), host);
  return commands.filter(({ name }) => !isGroup(name, commands));
}

/** True for the first word of commands with two words: it does nothing alone. */
function isGroup(name: string, commands: readonly CommandInfo[]): boolean {
  return commands.some((other) => other.name.startsWith(`${name} `));
}

interface Recording {
  readonly commands: CommandInfo[];
  readonly words: readonly string[];
  /** The command whose `builder` is being called; null outside of any. */
  readonly command: CommandInfo | null;
  readonly hasVariable: (option: Options) => boolean;
}

/**
 * Creates an object that takes the place of a yargs program, and records the commands, arguments and options that
 * are added to it. It ignores all other calls.
 */
function recorder(recording: Recording): Argv {
  const { commands, words, command, hasVariable } = recording;
  const calls: Readonly<Record<string, (...given: never[]) => void>> = {
    command(module: CommandModule) {
      const [word = ''] = String(module.command).split(' ');
      const name = [...words, word].join(' ');
      const description = String(module.describe ?? '');
      const info: CommandInfo = { name, description, arguments: [], flags: [] };
      commands.push(info);
      const inside = recorder({ ...recording, words: [...words, word], command: info });
      if (typeof module.builder === 'function') void module.builder(inside);
    },
    options(table: OptionTable) {
      for (const [name, option] of Object.entries(table)) {
        if (option.hidden !== true)
          command?.flags.push(flagInfo(name, option, hasVariable(option)));
      }
    },
    positional(name: string, option: PositionalOptions) {
      command?.arguments.push(argumentInfo(name, option));
    },
    demandOption(name: string) {
      const at = command?.flags.findIndex((flag) => flag.name === name) ?? -1;
      const flag = command?.flags[at];
      if (flag !== undefined) command?.flags.splice(at, 1, { ...flag, required: true });
    },
  };
  const reader: unknown = new Proxy(
    {},
    {
      get(_target, method) {
        // Without this line, `await` would treat the proxy as a promise.
        if (method === 'then') return undefined;
        return (...given: never[]) => {
          calls[String(method)]?.(...given);
          return reader;
        };
      },
    },
  );
  return reader as Argv;
}

function flagInfo(name: string, option: Options, hasVariable: boolean): FlagInfo {
  return {
    name,
    aliases: [option.alias ?? []].flat(),
    type: option.type === 'boolean' ? 'boolean' : 'text',
    repeatable: option.array === true,
    required: option.demandOption === true,
    choices: option.choices === undefined ? null : [...option.choices].map(String),
    default: option.default === undefined ? null : String(option.default),
    variable: hasVariable ? variableOf(name) : null,
    description: option.describe ?? '',
  };
}

/** `--state-dir` has the variable of an older name. */
function variableOf(name: string): string {
  return name === 'state-dir' ? 'UCBULK_STATE' : variableName(name);
}

function argumentInfo(name: string, option: PositionalOptions): ArgumentInfo {
  return {
    name,
    required: option.demandOption === true,
    repeatable: 'array' in option && option.array === true,
    choices: option.choices === undefined ? null : [...option.choices].map(String),
    description: option.describe ?? '',
  };
}
