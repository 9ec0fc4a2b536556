// Characters that could mislead a person at a terminal. They are control characters (C0, C1, DEL), invisible
// formatting (text direction, zero width, tags), line and paragraph separators, and incomplete surrogate
// pairs.
const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/**
 * Makes a text safe for one line of a terminal. The text may come from the service or from a file, so nobody
 * can trust it. Afterwards it can't move the cursor, set colours, or hide or reverse other text.
 */
export function plainText(text: string): string {
  return text.replaceAll(/[\t\n\r]+/g, ' ').replaceAll(UNSAFE, '');
}

/** Makes a text with several lines safe for a terminal, like `plainText`, and keeps its line breaks. */
export function plainLines(text: string): string {
  return text.split('\n').map(plainText).join('\n');
}

/**
 * Formats a value as JSON on one line. Escapes the characters that `plainText` would remove, so that the
 * reader still gets them.
 */
export function plainJson(value: unknown): string {
  return JSON.stringify(value).replaceAll(UNSAFE, escapeUnits);
}

function escapeUnits(character: string): string {
  return character
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');
}
