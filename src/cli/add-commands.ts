import type { Argv, CommandModule } from 'yargs';
import type { CommandHost } from './command.ts';
import { COMMANDS, type Command } from './commands.ts';

/** Adds all commands to a yargs program, with their options. */
export async function addAllCommands(program: Argv, host: CommandHost): Promise<Argv> {
  const names = Object.keys(COMMANDS);
  return addNamed(program, host, { names, loaded: names });
}

/**
 * Adds the commands that a command line can need. If the command line starts with a command, adds only this one.
 * Otherwise adds all of them, for example for `--help`, but loads only those that the command line names: loading
 * all commands takes longer than printing the help.
 */
export async function addCommands(
  program: Argv,
  host: CommandHost,
  argv: readonly string[],
): Promise<Argv> {
  const [first = ''] = argv;
  if (first === '--version') return program;
  const names = Object.hasOwn(COMMANDS, first) ? [first] : Object.keys(COMMANDS);
  return addNamed(program, host, { names, loaded: argv });
}

/** Adds commands by their names. Those that are not among `loaded` have only a line in the help. */
async function addNamed(
  program: Argv,
  host: CommandHost,
  { names, loaded }: { readonly names: readonly string[]; readonly loaded: readonly string[] },
): Promise<Argv> {
  let added = program;
  for (const name of names) {
    const command = COMMANDS[name];
    if (command === undefined) continue;
    const isLoaded = loaded.includes(name);
    const parts = isLoaded
      ? await command.load(host, addAllCommands)
      : { handler: () => undefined };
    // The cast is safe, because yargs passes the flags that the builder of the same command has defined.
    const module = {
      command: usage(name, command),
      describe: command.describe,
      ...parts,
    } as CommandModule;
    added = added.command(module) ?? added;
  }
  return added;
}

function usage(name: string, { arguments: rest }: Command): string {
  return rest === undefined ? name : `${name} ${rest}`;
}
