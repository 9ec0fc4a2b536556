import type { Argv, CommandModule } from 'yargs';
import type { CommandHost } from './command.ts';
import { variableName } from './option-values.ts';

/** Adds every command to a program. */
type AddAll = (program: Argv, host: CommandHost) => Promise<unknown>;

/** Lists the variables that set options, for all commands; includes UCBULK_STATE. */
export async function listVariables(addAll: AddAll): Promise<string[]> {
  const names = new Set(['UCBULK_STATE']);
  const host: CommandHost = {
    options(table) {
      for (const name of Object.keys(table))
        if (name !== 'state-dir') names.add(variableName(name));
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

/** Stands in for yargs: accepts every call that describes a command, and calls each command's builder. */
function commandReader(): Argv {
  const reader: unknown = new Proxy(
    {},
    {
      get(_target, method) {
        if (method === 'then') return undefined; // not a promise
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
