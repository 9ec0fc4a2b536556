/** Longest encoded word of RFC 2047 is 75 characters; 12 of them are `=?UTF-8?B?` and `?=`. */
const WORD_BYTES = 45;

/**
 * Encodes a text for a header of S3. Printable ASCII stays; every other text becomes words in the form of RFC 2047, as
 * Amazon S3 itself sends them. `decodeHeaderText` is the reverse.
 */
export function encodeHeaderText(value: string): string {
  const isPlain = /^[\x20-\x7e]*$/.test(value) && value.trim() === value && !value.includes('=?');
  if (isPlain) return value;
  return inPieces(value)
    .map((piece) => `=?UTF-8?B?${Buffer.from(piece, 'utf8').toString('base64')}?=`)
    .join(' ');
}

/** Divides a text so that each piece fits into a word. A character is never divided. */
function inPieces(value: string): string[] {
  const pieces: string[] = [];
  let piece = '';
  for (const char of value) {
    if (Buffer.byteLength(piece + char) > WORD_BYTES) {
      pieces.push(piece);
      piece = '';
    }
    piece += char;
  }
  return piece === '' ? pieces : [...pieces, piece];
}

/**
 * The header `Content-Disposition` with the name of a file (RFC 6266). Programs that do not know `filename*` (RFC 5987)
 * get a name in ASCII.
 */
export function contentDisposition(name: string): string {
  const ascii = name.replaceAll(/[^\x20-\x7e]|["\\%]/g, '_');
  if (ascii === name) return `inline; filename="${name}"`;
  const encoded = encodeURIComponent(Buffer.from(name).toString()).replaceAll(
    /['()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `inline; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}
