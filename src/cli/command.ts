import { existsSync } from 'node:fs';
import type { LogLevel } from '../progress/log-levels.ts';
import { findStateDirectory } from '../state/state-paths.ts';
import { type BooleanSpellings, booleanSpellings } from './boolean-flags.ts';
import { type Advice, createAdvice } from './command-advice.ts';
import type { ExitCode } from './exit-code.ts';
import { type OptionTable, withEnvironment } from './option-values.ts';
import { type Output, openOutput } from './output.ts';
import type { Surroundings } from './surroundings.ts';

/** The context of a command whose flags were read. */
export interface Invocation {
  readonly surroundings: Surroundings;
  readonly output: Output;
  /** Absolute path. */
  readonly stateDirectory: string;
  readonly advice: Advice;
  /** The variables of all options of all commands; loads the commands. */
  readonly listVariables: () => Promise<readonly string[]>;
}

/** Services for the definition of a command. */
export interface CommandHost {
  /** Returns the options with the values of the environment as defaults. */
  options<Table extends OptionTable>(table: Table): Table;
  /** Returns the options unchanged: no variable sets them. */
  flags<Table extends OptionTable>(table: Table): Table;
  /** Names of the options that were defined so far. */
  knownOptions(): readonly string[];
  /** The boolean flags among them. */
  booleans(): BooleanSpellings;
  /** Runs the work of the command and records its exit code. */
  invoke(flags: CommonFlags, work: (invocation: Invocation) => Promise<ExitCode>): Promise<void>;
}

/** The flags that every command has. */
interface CommonFlags {
  readonly json: boolean;
  readonly quiet: boolean;
  readonly logLevel: LogLevel;
  readonly stateDir: string | undefined;
}

/** Creates a host that reports the exit code of the command that ran. */
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
      const code = await work({
        surroundings,
        output: await openOutput(given, surroundings),
        stateDirectory: findStateDirectory({ flag, env, cwd, exists: existsSync }),
        advice: createAdvice(flag),
        listVariables,
      });
      finish(code);
    },
  };
}
