// Control (C0, C1, DEL), format (bidi, zero-width, tags), line and paragraph separators, lone surrogates.
const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/**
 * Text of the service or of a file on one line of a terminal: nothing in it can move the cursor,
 * colour, hide or turn round what stands beside it.
 */
export function plainText(text: string): string {
  return text.replaceAll(/[\t\n\r]+/g, ' ').replaceAll(UNSAFE, '');
}

/** The same for text of several lines, such as an error with a list in it. */
export function plainLines(text: string): string {
  return text.split('\n').map(plainText).join('\n');
}

/** JSON on one line: what `plainText` would strip is escaped, so nothing is lost. */
export function plainJson(value: unknown): string {
  return JSON.stringify(value).replaceAll(UNSAFE, escapeUnits);
}

/** Cuts text that is too wide. Counts code points: what it is used for has no wide ones. */
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
