import { isAscii } from 'node:buffer';
import type { JsonValue } from '../core/json.ts';
import type { DecodeText } from './send.ts';

/** JSON in which each character of a text is one byte of its UTF-8 form. */
interface UndecodedJson {
  readonly value: JsonValue;
  readonly decode: DecodeText;
}

/**
 * Parses JSON without decoding it first. Bytes of UTF-8 above 127 occur only inside of texts, so the structure is
 * the same as after decoding. Returns null if the texts could not be decoded afterwards: after `\u00e9`, nobody
 * could tell this character from the byte 0xe9. Throws if the bytes are not JSON.
 */
export function parseUndecoded(bytes: Buffer): UndecodedJson | null {
  const isPlain = isAscii(bytes);
  if (!isPlain && bytes.includes('\\u')) return null;
  const value: JsonValue = JSON.parse(bytes.toString('latin1'));
  return { value, decode: isPlain ? (text) => text : decodeText };
}

const NOT_ASCII = /[\x80-\xff]/;

function decodeText(text: string): string {
  return NOT_ASCII.test(text) ? Buffer.from(text, 'latin1').toString('utf8') : text;
}
