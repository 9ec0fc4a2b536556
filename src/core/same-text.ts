/**
 * The form of a text (Unicode NFC) in which texts are compared. A letter such as `é` can be stored as one
 * character or, as on macOS, as two. Use this function for both sides of every comparison.
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
