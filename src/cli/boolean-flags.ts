import type { Options } from 'yargs';
import { BOOLEAN_WORDS, parseBooleanWord } from '../core/boolean-word.ts';
import { UserError } from '../core/user-error.ts';

/** Maps every spelling of a boolean flag (`dry-run`, `dryRun`, `n`) to the name of the flag. */
export type BooleanSpellings = ReadonlyMap<string, string>;

/** Returns the spellings of the boolean flags in a table of options. */
export function booleanSpellings(table: Readonly<Record<string, Options>>): Map<string, string> {
  const spellings = new Map<string, string>();
  for (const [name, { type, alias }] of Object.entries(table)) {
    if (type !== 'boolean') continue;
    for (const spelling of [name, camelCase(name), ...[alias ?? []].flat()]) {
      spellings.set(spelling, name);
    }
  }
  return spellings;
}

/**
 * Reads the boolean flags of a command line, because yargs reads every value except `true` as false, even
 * `--quiet=yes`. The result has an entry for every spelling of every given flag. Throws a `UserError` for a
 * value that is not a boolean word, for a value after a space, and for a flag that is both on and off.
 */
export function readBooleanFlags(
  argv: readonly string[],
  spellings: BooleanSpellings,
): Record<string, boolean> {
  const values = new Map<string, boolean>();
  for (const { name, shown, value } of givenFlags(argv, spellings)) {
    const read = value === null ? true : parseBooleanWord(value);
    if (read === null) throw new UserError('usage', wrongValue(shown, value ?? ''));
    if (values.has(name) && values.get(name) !== read) {
      throw new UserError('usage', `--${name} was given twice, once on and once off. Keep one.`);
    }
    values.set(name, read);
  }
  const entries = [...spellings].flatMap(([spelling, name]) => {
    const value = values.get(name);
    return value === undefined ? [] : [[spelling, value] as const];
  });
  return Object.fromEntries(entries);
}

/** The message for a flag or an environment variable that must be a boolean and has another value. */
export function wrongValue(shown: string, value: string): string {
  return `${shown} takes ${BOOLEAN_WORDS}; got \`${value.slice(0, 100)}\`. Nothing was done.`;
}

interface GivenFlag {
  readonly name: string;
  /** The flag as the user typed it, for messages. */
  readonly shown: string;
  /** The text after `=`; null if there is none. */
  readonly value: string | null;
  /**
   * True if the word ends with the flag and has no `=`, such as `--quiet`. The user may then think that the
   * next word is the value of the flag.
   */
  readonly isOpen: boolean;
}

function* givenFlags(argv: readonly string[], spellings: BooleanSpellings): Generator<GivenFlag> {
  for (const [index, word] of argv.entries()) {
    if (word === '--') return;
    for (const flag of flagsIn(word, spellings)) {
      const next = argv[index + 1];
      if (flag.isOpen && next !== undefined && parseBooleanWord(next) !== null) {
        throw new UserError('usage', looseValue(flag.shown, next));
      }
      yield flag;
    }
  }
}

function looseValue(shown: string, next: string): string {
  const value = `write ${shown}=${next.trim()} for a value`;
  return `\`${next}\` after ${shown} is unclear: ${value}, or put -- before an argument. Nothing was done.`;
}

function flagsIn(word: string, spellings: BooleanSpellings): GivenFlag[] {
  if (!word.startsWith('--')) return word.startsWith('-') ? groupIn(word, spellings) : [];
  const [, key = '', value] = /^--([^=]+)(?:=(.*))?$/su.exec(word) ?? [];
  const name = spellings.get(key);
  if (name !== undefined)
    return [{ name, shown: `--${key}`, value: value ?? null, isOpen: value === undefined }];
  const negated = key.startsWith('no-') ? spellings.get(key.slice(3)) : undefined;
  if (negated === undefined) return [];
  if (value === undefined) {
    return [{ name: negated, shown: `--${key}`, value: 'false', isOpen: true }];
  }
  throw new UserError('usage', `--${key} takes no value. Write --${key.slice(3)}=no or =yes.`);
}

/** Reads the flags in a word of one-letter flags, such as `-nq` and `-n=yes`, as yargs does. */
function groupIn(word: string, spellings: BooleanSpellings): GivenFlag[] {
  const flags: GivenFlag[] = [];
  for (let at = 1; at < word.length; at += 1) {
    const letter = word.charAt(at);
    const rest = word.slice(at + 1);
    const endsHere = rest !== '' && !/^[A-Za-z]/.test(rest);
    const name = spellings.get(letter);
    if (name !== undefined) {
      const value = endsHere ? rest.replace(/^=/, '') : null;
      flags.push({ name, shown: `-${letter}`, value, isOpen: rest === '' });
    }
    if (endsHere) break;
  }
  return flags;
}

/** `dry-run` → `dryRun`. yargs returns each flag under both names. */
function camelCase(name: string): string {
  return name.replaceAll(/-(.)/g, (_dash, letter: string) => letter.toUpperCase());
}
