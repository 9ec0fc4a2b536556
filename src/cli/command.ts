import { existsSync } from 'node:fs';
import type { CommandModule } from 'yargs';
import type { LogLevel } from '../progress/log-levels.ts';
import { findStateDirectory } from '../state/state-paths.ts';
import { type BooleanSpellings, booleanSpellings } from './boolean-flags.ts';
import { type Advice, createAdvice } from './command-advice.ts';
import type { ExitCode } from './exit-code.ts';
import { type OptionTable, withEnvironment } from './option-values.ts';
import { type Output, openOutput, openQuietOutput } from './output.ts';
import type { Environment, Surroundings } from './surroundings.ts';

/** The data that a command gets when it starts, after its flags were read. */
export interface Invocation {
  readonly surroundings: Surroundings;
  readonly output: Output;
  /** Absolute path of the folder that contains the database file (ledger) of each run. */
  readonly stateDirectory: string;
  readonly advice: Advice;
  /**
   * Lists the environment variables that set options of any command. To find the options, this function loads
   * the modules of all commands.
   */
  readonly listVariables: () => Promise<readonly string[]>;
}

/** The options and the work of a command. `COMMANDS` has its arguments and its description. */
export type CommandParts<Flags> = Omit<CommandModule<object, Flags>, 'command' | 'describe'>;

/** The functions that a command uses to define its options and to start its work. */
export interface CommandHost {
  /** Returns the options; their defaults come from the environment variables `UCBULK_<FLAG>`. */
  options<Table extends OptionTable>(table: Table): Table;
  /** Returns the options unchanged. No environment variable sets these options. */
  flags<Table extends OptionTable>(table: Table): Table;
  /** Names of all options that commands have passed to `options` or `flags` so far. */
  knownOptions(): readonly string[];
  /** The spellings of the boolean flags among the known options. */
  booleans(): BooleanSpellings;
  /** Runs the work of the command and records its exit code. */
  invoke(flags: CommonFlags, work: (invocation: Invocation) => Promise<ExitCode>): Promise<void>;
}

interface CommonFlags {
  readonly json: boolean;
  readonly quiet: boolean;
  readonly logLevel: LogLevel;
  readonly logFile?: string | undefined;
  readonly stateDir: string | undefined;
  /** Present if the command sends requests. */
  readonly auth?: string | undefined;
  readonly project?: string | undefined;
}

/** Creates a `CommandHost`. When a command ends, the host passes its exit code to `finish`. */
export function createCommandHost(
  surroundings: Surroundings,
  {
    listVariables,
    finish,
  }: Pick<Invocation, 'listVariables'> & { readonly finish: (code: ExitCode) => void },
): CommandHost {
  const { env, cwd } = surroundings;
  const known = new Set<string>();
  const booleans = new Map<string, string>();
  const flags = <Table extends OptionTable>(table: Table): Table => {
    for (const name of Object.keys(table)) known.add(name);
    for (const [spelling, name] of booleanSpellings(table)) booleans.set(spelling, name);
    return table;
  };
  return {
    options: (table) => withEnvironment(flags(table), env),
    flags,
    knownOptions: () => [...known],
    booleans: () => booleans,
    async invoke(given, work) {
      const flag = given.stateDir;
      const settings = given.auth === undefined ? null : await readSettings(surroundings, given);
      const settled = { ...surroundings, env: settings?.env ?? env };
      // A command without requests has nothing to log, and the logger takes longer to load than the command.
      const isSilent = given.auth === undefined && given.logFile === undefined;
      const output = isSilent ? openQuietOutput(given, settled) : await openOutput(given, settled);
      for (const warning of settings?.warnings ?? []) output.warn(`warning: ${warning}`);
      const code = await work({
        surroundings: settled,
        output,
        stateDirectory: findStateDirectory({ flag, env, cwd, exists: existsSync }),
        advice: createAdvice(flag),
        listVariables,
      });
      finish(code);
    },
  };
}

/** Completes the environment by the configuration file of an official client. */
async function readSettings(
  surroundings: Surroundings,
  { project }: Pick<CommonFlags, 'project'>,
): Promise<{ readonly env: Environment; readonly warnings: readonly string[] }> {
  // The module loads a parser for YAML, which commands without requests do not need.
  const { withSettings } = await import('./config/with-settings.ts');
  return withSettings(surroundings, project);
}
