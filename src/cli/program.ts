import yargs, { type Argv } from 'yargs';
import { explainSystemError } from '../core/system-error.ts';
import { UserError } from '../core/user-error.ts';
import { toolVersion } from '../run/tool-version.ts';
import { addAllCommands, addCommands } from './add-commands.ts';
import { END_OF_FLAGS_OPTION, markArguments, unmarkArguments } from './argument-words.ts';
import { booleanSpellings, readBooleanFlags } from './boolean-flags.ts';
import { type CommandHost, createCommandHost } from './command.ts';
import { errorDocument, errorText } from './describe-error.ts';
import { EXIT_CODES, type ExitCode, exitCodeForError } from './exit-code.ts';
import { GLOBAL_OPTIONS } from './global-options.ts';
import { isGroupName, withGroupedHelp } from './group-options.ts';
import { listVariables } from './list-variables.ts';
import { splitJsonFields } from './one-liners/json-fields.ts';
import { withEnvironment } from './option-values.ts';
import { openQuietOutput } from './output.ts';
import type { Surroundings } from './surroundings.ts';
import { textTable } from './text-table.ts';
import { explainUsageError } from './usage-errors.ts';

/** Printed if the command line is empty. */
const START_HERE = `ucbulk does something to all of your Uploadcare files, and can always be resumed.

Start here:
  ucbulk demo        see it work, without an account
  ucbulk init        write a job file
  ucbulk plan JOB    see what a job would do; changes nothing
  ucbulk run JOB     do it; asks before it deletes or pays
  ucbulk status      see how it goes, from any shell

For a one-off, one line is enough:
  ucbulk file delete --unstored --older-than 48h

ucbulk --help lists all commands and exit codes.
`;

/** Runs a command line and returns its exit code. If the command fails, also prints the error. */
export async function runProgram(
  given: readonly string[],
  surroundings: Surroundings,
): Promise<ExitCode> {
  const argv = splitJsonFields(given);
  let code: ExitCode = 0;
  const host = createCommandHost(surroundings, {
    listVariables: () => listVariables(addAllCommands),
    finish(finished) {
      code = finished;
    },
  });
  if (argv.length === 0) {
    surroundings.stdout.write(START_HERE);
    return 0;
  }
  try {
    surroundings.stdout.write(await execute(argv, host));
    return code;
  } catch (error) {
    if (isWithoutVerb(error, argv)) {
      surroundings.stderr.write(`${await execute([argv[0] ?? '', '--help'], host)}\n`);
    }
    return reportError(error, argv, surroundings);
  }
}

/** Runs a command line. Returns the help if the user asked for it; otherwise an empty text. */
async function execute(argv: readonly string[], host: CommandHost): Promise<string> {
  const program = yargs();
  await addCommands(withGroupedHelp(program), host, argv);
  const help = await parse(commandLine(program, host, argv), markArguments(argv));
  // yargs prints no space before the type of a flag if the description fills its column.
  return help === '' ? '' : `${help.replaceAll('][', '] [')}\n`;
}

/** True for the error of a command line that lacks the second word of a command, such as `ucbulk config`. */
function isWithoutVerb(error: unknown, [first = '']: readonly string[]): boolean {
  return isGroupName(first) && error instanceof UserError && error.message.startsWith('Which ');
}

/** Prints an error as text on stderr. With `--json`, also prints it as a JSON document on stdout. */
export function reportError(
  thrown: unknown,
  argv: readonly string[],
  surroundings: Surroundings,
): ExitCode {
  const error = explainSystemError(thrown);
  const code = exitCodeForError(error, null);
  const json = wantsJson(argv, surroundings);
  const output = openQuietOutput({ json, quiet: false }, surroundings);
  if (json) output.result(errorDocument(error, code), () => '');
  output.warn(errorText(error, code));
  return code;
}

const JSON_FLAG = { json: GLOBAL_OPTIONS.json };

/** True if the user wants errors as JSON. False if `--json` itself has a wrong value. */
function wantsJson(argv: readonly string[], { env }: Surroundings): boolean {
  try {
    const { json } = withEnvironment(JSON_FLAG, env);
    return readBooleanFlags(argv, booleanSpellings(JSON_FLAG))['json'] ?? json.default;
  } catch {
    return false;
  }
}

function commandLine(program: Argv, host: CommandHost, argv: readonly string[]): Argv {
  return program
    .scriptName('ucbulk')
    .usage('$0 <command>\n\nDo something to all of your Uploadcare files; resumable.')
    .demandCommand(1, 'Which command? `ucbulk --help` lists them.')
    .strict()
    .recommendCommands()
    .parserConfiguration({ 'greedy-arrays': false, 'dot-notation': false })
    .options(END_OF_FLAGS_OPTION)
    .middleware((flags) => {
      refuseValues(argv);
      Object.assign(flags, unmarkArguments(flags));
      Object.assign(flags, readBooleanFlags(argv, host.booleans()), restoreDash(flags, argv));
    }, true)
    .middleware(async ({ help, version }) => {
      if (help === true || version === true) return;
      const { checkDatabase } = await import('../run/database-version.ts');
      checkDatabase();
    })
    .version(toolVersion())
    .help()
    .alias('help', 'h')
    .exitProcess(false)
    .fail((message: string | null, error: Error | undefined) => {
      // yargs reports its own errors as a message or as a YError. Any other error comes from a command.
      if (error !== undefined && error.name !== 'YError') throw error;
      throw new UserError('usage', explainUsageError(message ?? error?.message ?? '', host, argv));
    })
    .epilogue(`Exit codes:\n${exitCodeTable()}`);
}

/**
 * Throws for `--help=yes`. yargs would read it as false, and would run the command instead of printing the
 * help.
 */
function refuseValues(argv: readonly string[]): void {
  const end = argv.indexOf('--');
  const given = argv.slice(0, end === -1 ? argv.length : end);
  const [, flag] = given.map((word) => /^--(help|version)=/.exec(word)).find(Boolean) ?? [];
  if (flag !== undefined) throw new UserError('usage', `--${flag} takes no value.`);
}

/** Restores the argument JOB if it is `-` (standard input), because yargs reads `-` as an empty text. */
function restoreDash(flags: object, argv: readonly string[]): { job?: string } {
  const isLost = 'job' in flags && flags.job === '' && argv.includes('-') && !argv.includes('');
  return isLost ? { job: '-' } : {};
}

/**
 * Parses the command line and runs its command. If the user asked for the help or the version, returns its
 * text; otherwise an empty text.
 */
async function parse(program: Argv, argv: readonly string[]): Promise<string> {
  let text = '';
  await program.parseAsync([...argv], {}, (_error, _flags, output) => {
    text = output;
  });
  return text;
}

function exitCodeTable(): string {
  return textTable(Object.entries(EXIT_CODES).map(([code, meaning]) => [`  ${code}`, meaning]));
}
