import type { Argv, CommandModule } from 'yargs';
import { CONNECTION_OPTIONS } from './connection-options.ts';
import { GLOBAL_OPTIONS } from './global-options.ts';

/** Options that many commands share. They are less often what a reader of `--help` looks for. */
const SHARED = ['help', 'version', ...Object.keys({ ...GLOBAL_OPTIONS, ...CONNECTION_OPTIONS })];

/**
 * Returns the program for `addCommands`. In the help of each command, the options of the command come first, and
 * those that it shares with other commands last.
 */
export function withGroupedHelp(program: Argv): Argv {
  const grouped = {
    command(module: CommandModule): unknown {
      const builder = (yargs: Argv) => groupOptions(buildCommand(module, yargs));
      program.command({ ...module, builder: isGroup(module) ? groupBuilder(module) : builder });
      return grouped;
    },
  };
  return grouped as unknown as Argv;
}

/** The options of a group of commands, such as `webhooks`, belong to its commands. */
function groupBuilder(module: CommandModule): (yargs: Argv) => Argv {
  return (yargs) => {
    const add = yargs.command.bind(yargs) as (verb: CommandModule) => Argv;
    const command = (verb: CommandModule) =>
      add({ ...verb, builder: (inner: Argv) => groupOptions(buildCommand(verb, inner)) });
    return buildCommand(module, Object.assign(yargs, { command }));
  };
}

const GROUPS: readonly string[] = [
  'webhooks',
  'file',
  'convert',
  'addon',
  'metadata',
  'tags',
  'group',
  'config',
];

function isGroup({ command }: CommandModule): boolean {
  return typeof command === 'string' && isGroupName(command);
}

/** True for the first word of commands with two words, such as `webhooks list`. */
export function isGroupName(word: string): boolean {
  return GROUPS.includes(word);
}

function buildCommand({ builder }: CommandModule, yargs: Argv): Argv {
  return typeof builder === 'function' ? (builder(yargs) as Argv) : yargs;
}

function groupOptions(yargs: Argv): Argv {
  const { key } = (
    yargs as unknown as { getOptions(): { key: Record<string, unknown> } }
  ).getOptions();
  const shared = SHARED.filter((name) => Object.hasOwn(key, name));
  // The empty group fixes the order: yargs adds all other options to the group with this name.
  return yargs.group([], 'Options:').group(shared, 'Options of many commands:');
}
