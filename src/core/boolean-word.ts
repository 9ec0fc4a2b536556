/** The words that `parseBooleanWord` accepts, for messages. */
export const BOOLEAN_WORDS = 'true, false, yes, no, on, off, 1 or 0';

const MEANINGS: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['yes', true],
  ['y', true],
  ['on', true],
  ['1', true],
  ['false', false],
  ['no', false],
  ['n', false],
  ['off', false],
  ['0', false],
]);

/**
 * Parses a word for true or false, such as `yes` or `off`. Ignores case and surrounding spaces; null for any
 * other text.
 */
export function parseBooleanWord(text: string): boolean | null {
  return MEANINGS.get(text.trim().toLowerCase()) ?? null;
}

/**
 * Matches every text that `parseBooleanWord` accepts. A pattern in a JSON Schema can't ignore case, so this
 * pattern has both cases of each letter.
 */
export const BOOLEAN_PATTERN = new RegExp(
  `^\\s*(?:${[...MEANINGS.keys()].map(inAnyCase).join('|')})\\s*$`,
);

function inAnyCase(word: string): string {
  return word.replaceAll(/[a-z]/g, (letter) => `[${letter}${letter.toUpperCase()}]`);
}
