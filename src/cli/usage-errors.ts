import { joinOr } from '../core/join-or.ts';
import { closestWord } from '../job/closest-word.ts';
import { isOnlyArgument } from './argument-words.ts';
import type { CommandHost } from './command.ts';
import { shellWord } from './command-advice.ts';
import { COMMANDS } from './commands.ts';
import { FILE_VERBS } from './file-verbs.ts';
import { isGroupName } from './group-options.ts';

const NO_COMMAND = 'There is no such command. `ucbulk --help` lists them.';

/** Returns the message for an error of yargs, with advice for the user. */
export function explainUsageError(
  message: string,
  host: CommandHost,
  argv: readonly string[],
): string {
  const [first = ''] = argv;
  if (/\.(ya?ml|json)$/i.test(first)) {
    return `${first} is a file, not a command. Did you mean \`ucbulk run ${shellWord(first)}\`?`;
  }
  const verb = FILE_VERBS.get(first);
  if (verb !== undefined) return `There is no such command. Did you mean \`ucbulk file ${verb}\`?`;
  const command = /^Did you mean (\S+)\?$/.exec(message)?.[1];
  // yargs also recommends commands that have little in common with the word.
  if (command !== undefined && !isLike(command, argv)) return NO_COMMAND;
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
  return explainUnknown(message, host, argv);
}

/** Explains a word or a flag that the command does not have. */
function explainUnknown(message: string, host: CommandHost, argv: readonly string[]): string {
  const fields = argv.includes('--json') ? argv[argv.indexOf('--json') + 1] : undefined;
  if (fields !== undefined && message === `Unknown argument: ${fields}`) {
    return `Write \`--json=${fields.slice(0, 100)}\`, with \`=\`. Nothing was done.`;
  }
  const names = /^Unknown arguments?: (.+)$/s.exec(message)?.[1]?.split(', ');
  if (names === undefined) return `${message}. Add --help for the usage.`;
  const [unknown = '', ...others] = withoutCamelCase(names);
  const meant = closestWord(unknown, host.knownOptions());
  const list = `Unknown argument${others.length === 0 ? '' : 's'}: ${[unknown, ...others].join(', ')}`;
  return meant === undefined
    ? `${list}. Add --help for the usage.`
    : `${list}. Did you mean --${meant}?`;
}

/** Removes the second spelling that yargs adds to each unknown flag, such as `bogusFlag` for `bogus-flag`. */
function withoutCamelCase(names: readonly string[]): string[] {
  const camel = (name: string) =>
    name.replaceAll(/-+([^-])/g, (_, letter: string) => letter.toUpperCase());
  return names.filter((name) => !names.some((other) => other !== name && camel(other) === name));
}

/** True if a word of the command line is like this command. */
function isLike(command: string, argv: readonly string[]): boolean {
  return argv.some((word) => closestWord(word, [command]) !== undefined);
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

/**
 * Returns the first part of the message for missing arguments. Names them if the command line shows which are
 * missing.
 */
function describeMissing(argv: readonly string[]): string {
  const [command = '', ...rest] = argv;
  const usage = COMMANDS[command]?.arguments ?? '';
  const wanted = [...usage.matchAll(/<(\w+)/g)].map(([, name = '']) => name.toUpperCase());
  const given = rest.findIndex((word) => word.startsWith('-'));
  const missing = wanted.slice(given === -1 ? rest.length : given);
  if (missing.length === 0) return 'An argument is missing';
  const verb = missing.length === 1 ? 'is' : 'are';
  return `${missing.join(' and ')} ${verb} missing: \`ucbulk ${command} ${wanted.join(' ')}\``;
}
