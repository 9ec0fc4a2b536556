// Control (C0, C1, DEL), format (bidi, zero-width, tags), line and paragraph separators, lone surrogates.
const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/**
 * Makes a text from the service or a file safe for one line of a terminal: it cannot move the
 * cursor, set colours, or hide or reverse other text.
 */
export function plainText(text: string): string {
  return text.replaceAll(/[\t\n\r]+/g, ' ').replaceAll(UNSAFE, '');
}

/** The same for text with several lines, such as an error with a list. */
export function plainLines(text: string): string {
  return text.split('\n').map(plainText).join('\n');
}

/** JSON on one line. Escapes the characters that `plainText` removes, so that nothing is lost. */
export function plainJson(value: unknown): string {
  return JSON.stringify(value).replaceAll(UNSAFE, escapeUnits);
}

/** Cuts text that is too wide. Counts code points, because these texts have no wide characters. */
export function fitWidth(text: string, width: number): string {
  const points = [...text];
  return points.length <= width ? text : points.slice(0, Math.max(0, width)).join('');
}

function escapeUnits(character: string): string {
  return character
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');
}
