import yargs, { type Argv } from 'yargs';
import { joinOr } from '../core/join-or.ts';
import { explainSystemError } from '../core/system-error.ts';
import { UserError } from '../core/user-error.ts';
import { closestWord } from '../job/closest-word.ts';
import { toolVersion } from '../run/tool-version.ts';
import { addAllCommands, addCommands } from './add-commands.ts';
import {
  END_OF_FLAGS_OPTION,
  isOnlyArgument,
  markArguments,
  unmarkArguments,
} from './argument-words.ts';
import { booleanSpellings, readBooleanFlags } from './boolean-flags.ts';
import { type CommandHost, createCommandHost } from './command.ts';
import { shellWord } from './command-advice.ts';
import { errorDocument, errorText } from './describe-error.ts';
import { EXIT_CODES, type ExitCode, exitCodeForError } from './exit-code.ts';
import { FILE_VERBS } from './file-verbs.ts';
import { GLOBAL_OPTIONS } from './global-options.ts';
import { isGroupName, withGroupedHelp } from './group-options.ts';
import { listVariables } from './list-variables.ts';
import { splitJsonFields } from './one-liners/json-fields.ts';
import { withEnvironment } from './option-values.ts';
import { openQuietOutput } from './output.ts';
import type { Surroundings } from './surroundings.ts';
import { textTable } from './text-table.ts';

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
    const program = yargs();
    await addCommands(withGroupedHelp(program), host, argv);
    const help = await parse(commandLine(program, host, argv), markArguments(argv));
    // yargs prints no space before the type of a flag if the description fills its column.
    if (help !== '') surroundings.stdout.write(`${help.replaceAll('][', '] [')}\n`);
    return code;
  } catch (error) {
    return reportError(error, argv, surroundings);
  }
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

/** Returns the message for an error of yargs, with advice for the user. */
function explainUsageError(message: string, host: CommandHost, argv: readonly string[]): string {
  const [first = ''] = argv;
  if (/\.(ya?ml|json)$/i.test(first)) {
    return `${first} is a file, not a command. Did you mean \`ucbulk run ${shellWord(first)}\`?`;
  }
  const verb = FILE_VERBS.get(first);
  if (verb !== undefined) return `There is no such command. Did you mean \`ucbulk file ${verb}\`?`;
  const command = /^Did you mean (\S+)\?$/.exec(message)?.[1];
  if (command !== undefined) {
    const group = isGroupName(first) ? `${first} ` : '';
    if (isOnlyArgument(command, argv)) {
      return `\`${command}\` is after \`--\`. Put the command before it: \`ucbulk ${group}${command} …\`. Nothing was done.`;
    }
    return `There is no such command. Did you mean \`ucbulk ${group}${command}\`?`;
  }
  if (message.startsWith('Which ')) return message;
  const missed = explainMissing(message, argv);
  if (missed !== null) return missed;
  const choice = explainWrongChoice(message);
  if (choice !== null) return choice;
  const unknown = /^Unknown arguments?: ([^,]+)/.exec(message)?.[1];
  const meant = unknown === undefined ? undefined : closestWord(unknown, host.knownOptions());
  return meant === undefined
    ? `${message}. Add --help for the usage.`
    : `${message}. Did you mean --${meant}?`;
}

/** Explains that an argument, a flag or the value of a flag is missing. Null for another message of yargs. */
function explainMissing(message: string, argv: readonly string[]): string | null {
  const bare = /^Not enough arguments following: (\S+)/.exec(message)?.[1];
  if (bare !== undefined) return `--${bare} needs a value; add --help for the usage.`;
  if (message.startsWith('Not enough'))
    return `${describeMissing(argv)}; add --help for the usage.`;
  const missing = /^Missing required argument: (\S+)/.exec(message)?.[1];
  return missing === undefined ? null : `--${missing} is missing; add --help for the usage.`;
}

/** Explains a value that is not one of the choices of its flag. Null for another message of yargs. */
function explainWrongChoice(message: string): string | null {
  if (!message.startsWith('Invalid values:')) return null;
  const [, name = '', given = '', list = ''] =
    /Argument: (\S+), Given: "?(.*?)"?, Choices: (.*)$/m.exec(message) ?? [];
  const choices = [...list.matchAll(/"([^"]*)"/g)].map(([, choice = '']) => choice);
  if (choices.length === 0) return null;
  const meant = closestWord(given, choices);
  const question = meant === undefined ? '' : ` Did you mean ${meant}?`;
  if (name === 'state') {
    const hint = question === '' ? ' The state directory is --state-dir.' : question;
    return `--state takes the state of an item (${joinOr(choices)}); got \`${given.slice(0, 100)}\`. Nothing was done.${hint}`;
  }
  return `--${name} takes ${joinOr(choices)}; got \`${given.slice(0, 100)}\`. Nothing was done.${question}`;
}

// The required arguments of each command, in order.
const ARGUMENTS: Readonly<Record<string, readonly string[]>> = {
  run: ['JOB'],
  validate: ['JOB'],
  pause: ['RUN'],
  continue: ['RUN'],
  stop: ['RUN'],
  set: ['RUN'],
  abandon: ['RUN'],
  retry: ['RUN'],
  apply: ['FILE'],
  approve: ['FILE'],
  show: ['FILE'],
  plan: ['JOB'],
  items: ['RUN'],
  report: ['RUN'],
  resolve: ['RUN'],
  rewrite: ['RUN', 'FILES'],
};

/**
 * Returns the first part of the message for missing arguments. Names them if the command line shows which are
 * missing.
 */
function describeMissing(argv: readonly string[]): string {
  const [command = '', ...rest] = argv;
  const wanted = ARGUMENTS[command];
  const given = rest.findIndex((word) => word.startsWith('-'));
  const missing = wanted?.slice(given === -1 ? rest.length : given) ?? [];
  if (missing.length === 0) return 'An argument is missing';
  const usage = `ucbulk ${command} ${wanted?.join(' ')}`;
  return `${missing.join(' and ')} ${missing.length === 1 ? 'is' : 'are'} missing: \`${usage}\``;
}

function exitCodeTable(): string {
  return textTable(Object.entries(EXIT_CODES).map(([code, meaning]) => [`  ${code}`, meaning]));
}
