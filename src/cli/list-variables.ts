import type { Argv, CommandModule } from 'yargs';
import type { CommandHost } from './command.ts';
import { variableName } from './option-values.ts';

/** A function that adds all commands to a yargs program. */
type AddAll = (program: Argv, host: CommandHost) => Promise<unknown>;

/** Lists the environment variables that set options of any command, UCBULK_STATE and UCBULK_SENDMAIL. */
export async function listVariables(addAll: AddAll): Promise<string[]> {
  const names = new Set(['UCBULK_STATE', 'UCBULK_SENDMAIL']);
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

/**
 * Creates an object that takes the place of a yargs program. For each command that is added to it, it calls
 * the command's `builder`, which registers the options of the command. It ignores all other calls.
 */
function commandReader(): Argv {
  const reader: unknown = new Proxy(
    {},
    {
      get(_target, method) {
        // Without this line, `await` would treat the proxy as a promise.
        if (method === 'then') return undefined;
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
