import { wordPieces } from '../core/encoded-word.ts';

/**
 * Encodes a text for a header of S3. Printable ASCII stays; every other text becomes words in the form of RFC 2047, as
 * Amazon S3 itself sends them. `decodeHeaderText` is the reverse.
 */
export function encodeHeaderText(value: string): string {
  const isPlain = /^[\x20-\x7e]*$/.test(value) && value.trim() === value && !value.includes('=?');
  if (isPlain) return value;
  return wordPieces(value)
    .map((piece) => `=?UTF-8?B?${Buffer.from(piece, 'utf8').toString('base64')}?=`)
    .join(' ');
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
