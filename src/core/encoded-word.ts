/** Bytes of text in an encoded word of RFC 2047: the word has at most 75 characters, 12 of them around the text. */
const WORD_BYTES = 45;

/** Divides a text so that each piece fits into an encoded word in base64. A character is never divided. */
export function wordPieces(text: string): string[] {
  const pieces: string[] = [];
  let piece = '';
  for (const character of text) {
    if (Buffer.byteLength(piece + character) > WORD_BYTES) {
      pieces.push(piece);
      piece = '';
    }
    piece += character;
  }
  return piece === '' ? pieces : [...pieces, piece];
}
