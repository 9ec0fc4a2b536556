// In this file, each character of a text is one byte (latin1). So all bytes that are not part of a URL stay
// as they are, even if they are not UTF-8.

/**
 * Matches the forms in which documents write a slash: plain, escaped as in JSON (several times),
 * percent-encoded (several times), or as an HTML entity.
 */
export const SLASH = String.raw`(?:\\{0,8}/|%(?:25){0,3}2f|&#x0{0,2}2f;|&#0{0,2}47;|&sol;|\\{1,8}u002f)`;
/** Matches the forms in which documents write a colon. */
export const COLON = String.raw`(?::|%(?:25){0,3}3a|&#x0{0,2}3a;|&#0{0,2}58;|&colon;|\\{1,8}u003a)`;

const SLASHES = new RegExp(SLASH, 'gi');
const COLONS = new RegExp(COLON, 'gi');
const AMPERSANDS = /&amp;|&#x0{0,2}26;|&#0{0,2}38;|\\{1,8}u0026/gi;

/**
 * Writes a URL as the document writes URLs. `slash` is a slash from the document. It shows how the document
 * escapes or encodes them.
 */
export function writeLike(slash: string, url: string): string {
  let text = url;
  for (let left = percentLevels(slash); left > 0; left -= 1) text = encodeURIComponent(text);
  return slash.startsWith('%') ? text : text.replaceAll('/', () => slash);
}

/**
 * Reads a URL as the document writes it. `slash` is a slash from the document. It shows how the document
 * escapes or encodes URLs.
 */
export function readLike(slash: string, written: string): string {
  let text = written;
  for (let left = percentLevels(slash); left > 0; left -= 1) text = decodePercents(text);
  if (slash.startsWith('%')) return text;
  const unless = (sign: string) => (form: string) => (form.startsWith('%') ? form : sign);
  return text
    .replaceAll(SLASHES, unless('/'))
    .replaceAll(COLONS, unless(':'))
    .replaceAll(AMPERSANDS, '&');
}

/** How many times a slash is percent-encoded: `%2F` is 1, `%252F` is 2. */
function percentLevels(slash: string): number {
  return slash.startsWith('%') ? (slash.length - 1) / 2 : 0;
}

/** Decodes percent-encoded bytes. Decodes each byte on its own, because together they may not be UTF-8. */
function decodePercents(text: string): string {
  return text.replaceAll(/%([0-9a-f]{2})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}
