import { isFileUuid } from '../../core/file-uuid.ts';
import { present } from '../../core/present.ts';
import { closestWord } from '../../job/closest-word.ts';
import { OPERATION_NAMES } from '../../job/step-schemas.ts';
import type { Flags, OneLiner, StepText } from './one-liner.ts';
import { refused } from './select-items.ts';

/** Makes a step of a command whose arguments are only items. */
export const only =
  (uses: string, options?: (flags: Flags) => object): OneLiner['step'] =>
  (words, flags) => ({ step: stepText(uses, options?.(flags) ?? {}), items: words });

/** Makes a step without the options that no flag sets. */
export function stepText(uses: string, options: object): StepText {
  const given = present(options);
  return Object.keys(given).length === 0 ? { uses } : { uses, with: given };
}

/** Options of new files, as the steps `upload` and `import-url` have them. */
export function newFileOptions({ store, metadata, addTag }: Flags): object {
  const pairs = metadata === undefined ? undefined : readPairs(metadata as readonly string[]);
  return { store, metadata: pairs, tags: addTag };
}

/** Splits arguments into UUIDs, which come first, and the others. */
export function splitWords(words: readonly string[]): { items: string[]; others: string[] } {
  const end = words.findIndex((word) => !isFileUuid(word));
  const count = end === -1 ? words.length : end;
  return { items: words.slice(0, count), others: words.slice(count) };
}

/** Reads `key=value` pairs, or one key and its value as two words. */
export function readPairs(words: readonly string[]): Record<string, string> {
  const [first = '', second] = words;
  if (words.length === 2 && second !== undefined && !first.includes('='))
    return { [first]: second };
  const pairs = needed(words, 'key=value').map((word): [string, string] => {
    const at = word.indexOf('=');
    if (at > 0) return [word.slice(0, at), word.slice(at + 1)];
    throw refused(`\`${word.slice(0, 100)}\` is not key=value.`);
  });
  const names = pairs.map(([name]) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined)
    throw refused(`The key \`${twice.slice(0, 100)}\` has two values. Keep one.`);
  return Object.fromEntries(pairs);
}

/** Returns the words. Throws a `UserError` if there are none. */
export function needed(words: readonly string[], what: string): readonly string[] {
  if (words.length > 0) return words;
  throw refused(`Name ${what}.`);
}

/** Returns the value of a flag. Throws a `UserError` if the user did not give the flag. */
export function neededFlag(flag: string, value: unknown): unknown {
  if (value !== undefined) return value;
  throw refused(`--${flag} is missing; add --help for the usage.`);
}

/** The name of the operation of an add-on. Throws a `UserError` if there is no such add-on. */
export function addonName(name: string): string {
  const addons = OPERATION_NAMES.filter((uses) => uses.startsWith('addon/'));
  const known = addons.map((uses) => uses.slice('addon/'.length));
  const short = name.replace(/^addon\//, '');
  if (known.includes(short)) return `addon/${short}`;
  const meant = closestWord(short, known);
  const hint = meant === undefined ? `known: ${known.join(', ')}` : `did you mean ${meant}?`;
  throw refused(`There is no add-on \`${name.slice(0, 100)}\`; ${hint}`);
}

/** Parses the options of an add-on. Throws a `UserError` if they are no JSON object. */
export function parseParams(text: string): object {
  try {
    const params: unknown = JSON.parse(text);
    if (typeof params === 'object' && params !== null && !Array.isArray(params)) return params;
  } catch {
    // The error below also covers a text that is no JSON.
  }
  throw refused('--params takes a JSON object, such as \'{"crop": true}\'.');
}
