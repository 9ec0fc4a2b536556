/** A word in the form of RFC 2047: `=?charset?B or Q?text?=`. */
const WORD = /=\?([\w-]+)\?([bq])\?([^?\s]*)\?=/gi;

/**
 * Decodes the text of a header: words in the form of RFC 2047, in which S3 sends other letters than those of ASCII, and
 * plain UTF-8, which some servers send. A text that can't be decoded stays as it is.
 */
export function decodeHeaderText(value: string): string {
  const text = fromUtf8(value);
  // RFC 2047, 6.2: the space between two encoded words does not count.
  const joined = text.replaceAll(/(\?=)\s+(?==\?[\w-]+\?[bq]\?)/gi, '$1');
  return joined.replaceAll(WORD, (word, charset: string, kind: string, encoded: string) => {
    const bytes =
      kind.toLowerCase() === 'b' ? Buffer.from(encoded, 'base64') : fromQuotedPrintable(encoded);
    try {
      return new TextDecoder(charset, { fatal: true }).decode(bytes);
    } catch {
      return word;
    }
  });
}

/** A header arrives with one character for each byte. */
function fromUtf8(value: string): string {
  if (!/[\u0080-\u00ff]/.test(value)) return value;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(value, 'latin1'));
  } catch {
    return value;
  }
}

function fromQuotedPrintable(text: string): Buffer {
  const plain = text
    .replaceAll('_', ' ')
    .replaceAll(/=([0-9a-f]{2})/gi, (_code, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    );
  return Buffer.from(plain, 'latin1');
}
