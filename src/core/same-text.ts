/**
 * The one spelling of a text that is compared. `é` may be one character or two (a Mac writes two),
 * and people see the same: both sides of every comparison go through here (Unicode NFC).
 */
export function composed(text: string): string {
  return text.normalize('NFC');
}

/** The spellings of a text that others may have: composed and decomposed (NFD). */
export function spellings(text: string): string[] {
  return [...new Set([composed(text), text.normalize('NFD')])];
}

/** The same without regard to case. */
export function caseless(text: string): string {
  return composed(composed(text).toLowerCase());
}
