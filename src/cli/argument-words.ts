import { UserError } from '../core/user-error.ts';

// yargs does not treat the words after `--` as arguments of the command. This file puts this character before
// each of these words, and yargs then reads them as ordinary arguments. The user can't type the character: no
// command line can contain it.
const MARK = '\0';
const END_OF_FLAGS = `--${MARK}`;

/**
 * Defines the marked `--` as a flag without a value, because yargs reads it as a flag. So yargs can't take
 * the word after `--` as the value of an earlier flag.
 */
export const END_OF_FLAGS_OPTION = { [MARK]: { type: 'boolean', hidden: true } } as const;

/** Returns the command line for yargs: each word after `--` starts with `MARK`. */
export function markArguments(argv: readonly string[]): string[] {
  const end = argv.indexOf('--');
  if (end === -1) return [...argv];
  const words = argv.slice(end + 1).map((word) => `${MARK}${word}`);
  return [...argv.slice(0, end), END_OF_FLAGS, ...words];
}

/**
 * Removes the marks from the flags that yargs read. Throws a `usage` error if the command takes fewer
 * arguments than the user typed after `--`. For example, `run job.yaml -- --dry-run` is not a dry run, but
 * the user may expect one.
 */
export function unmarkArguments(flags: Record<string, unknown>): Record<string, unknown> {
  const { _: words } = flags;
  const extra = Array.isArray(words) ? words.find(isMarked) : undefined;
  if (extra !== undefined) throw new UserError('usage', tooMany(unmark(extra)));
  const read = Object.entries(flags).map(([name, value]) => [name, unmarked(value)] as const);
  return Object.fromEntries(read.filter(([name]) => name !== MARK));
}

/** True if a word occurs only after `--`, so it is an argument and not a flag. */
export function isOnlyArgument(word: string, argv: readonly string[]): boolean {
  const end = argv.indexOf('--');
  return end !== -1 && argv.indexOf(word) > end;
}

function tooMany(word: string): string {
  const advice = word.startsWith('-')
    ? 'To use it as a flag, put it before `--`'
    : 'Leave it out, or add --help for the usage';
  return `\`${word}\` is after \`--\`, so it is an argument, and it is one too many. ${advice}. Nothing was done.`;
}

function unmarked(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unmarked);
  return isMarked(value) ? unmark(value) : value;
}

function isMarked(value: unknown): value is string {
  return typeof value === 'string' && value.startsWith(MARK);
}

function unmark(word: string): string {
  return word.slice(MARK.length);
}
