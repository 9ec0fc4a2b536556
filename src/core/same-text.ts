/**
 * The form of a text for comparisons (Unicode NFC). `é` may be stored as one character or as two (macOS uses
 * two), but people see the same text. Apply this function to both sides of every comparison.
 */
export function composed(text: string): string {
  return text.normalize('NFC');
}

/** Both forms of a text: composed (NFC) and decomposed (NFD). */
export function spellings(text: string): string[] {
  return [...new Set([composed(text), text.normalize('NFD')])];
}

/** The form of a text for comparisons that ignore case. */
export function caseless(text: string): string {
  return composed(composed(text).toLowerCase());
}
