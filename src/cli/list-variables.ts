import type { Argv, CommandModule } from 'yargs';
import type { CommandHost } from './command.ts';
import { variableOf } from './option-values.ts';

/** Adds every command to a program. */
type AddAll = (program: Argv, host: CommandHost) => Promise<unknown>;

/** The variables that the options of all commands are read from, with UCBULK_STATE. */
export async function listVariables(addAll: AddAll): Promise<string[]> {
  const names = new Set(['UCBULK_STATE']);
  const host: CommandHost = {
    options(table) {
      for (const name of Object.keys(table)) if (name !== 'state-dir') names.add(variableOf(name));
      return table;
    },
    flags: (table) => table,
    knownOptions: () => [],
    booleans: () => new Map(),
    invoke: () => Promise.resolve(),
  };
  await addAll(commandReader(), host);
  return [...names];
}

/** Takes the calls that describe a command, as yargs does, and calls the builder of each command. */
function commandReader(): Argv {
  const reader: unknown = new Proxy(
    {},
    {
      get(_target, method) {
        if (method === 'then') return undefined; // it is no promise
        return (module: CommandModule) => {
          if (method === 'command' && typeof module.builder === 'function') {
            void module.builder(reader as Argv);
          }
          return reader;
        };
      },
    },
  );
  return reader as Argv;
}
