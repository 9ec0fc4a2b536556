import { UserError } from '../core/user-error.ts';

// yargs ignores the words after `--`. With a mark before them, yargs reads each as an argument.
// No command line can contain this character, so no user can type the mark.
const MARK = '\0';
const END_OF_FLAGS = `--${MARK}`;

/** yargs reads the mark of `--` as this option. It takes no value, so it also ends an open flag. */
export const END_OF_FLAGS_OPTION = { [MARK]: { type: 'boolean', hidden: true } } as const;

/** The command line for yargs: each word after `--` is marked as an argument. */
export function markArguments(argv: readonly string[]): string[] {
  const end = argv.indexOf('--');
  if (end === -1) return [...argv];
  const words = argv.slice(end + 1).map((word) => `${MARK}${word}`);
  return [...argv.slice(0, end), END_OF_FLAGS, ...words];
}

/**
 * Removes the marks from the flags that yargs read. Throws a `usage` error if a word after `--` is one
 * argument too many: a user who meant it as a flag would get the opposite.
 */
export function unmarkArguments(flags: Record<string, unknown>): Record<string, unknown> {
  const { _: words } = flags;
  const extra = Array.isArray(words) ? words.find(isMarked) : undefined;
  if (extra !== undefined) throw new UserError('usage', tooMany(unmark(extra)));
  const read = Object.entries(flags).map(([name, value]) => [name, unmarked(value)] as const);
  return Object.fromEntries(read.filter(([name]) => name !== MARK));
}

/** True if a word is on the command line only after `--`. */
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
