import stringWidth from 'string-width';

const ASCII = /^[\x20-\x7e]*$/;

/**
 * Returns the number of columns that a text fills on a terminal. Wide characters fill two columns; combining marks
 * and codes for colours fill none.
 */
export function displayWidth(text: string): number {
  return ASCII.test(text) ? text.length : stringWidth(text);
}

/** Fills a text with spaces at its end up to `columns` columns. */
export function padColumns(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - displayWidth(text)));
}

/**
 * Cuts off the end of a text that fills more than `columns` columns. Never cuts a character that consists of several
 * code points, such as an emoji.
 */
export function fitWidth(text: string, columns: number): string {
  if (displayWidth(text) <= columns) return text;
  if (ASCII.test(text)) return text.slice(0, Math.max(0, columns));
  return takeColumns(splitCharacters(text), columns).join('');
}

/** Splits a text into the characters that a person sees. */
export function splitCharacters(text: string): string[] {
  return Array.from(new Intl.Segmenter().segment(text), ({ segment }) => segment);
}

/** Returns the first characters that together fill at most `columns` columns. */
export function takeColumns(characters: readonly string[], columns: number): string[] {
  let left = columns;
  const end = characters.findIndex((character) => {
    left -= displayWidth(character);
    return left < 0;
  });
  return characters.slice(0, end === -1 ? characters.length : end);
}
