/**
 * The spelling of a text for comparisons (Unicode NFC). `é` may be one character or two (macOS writes two),
 * but people see the same. Both sides of every comparison must use this function.
 */
export function composed(text: string): string {
  return text.normalize('NFC');
}

/** Both spellings of a text: composed (NFC) and decomposed (NFD). */
export function spellings(text: string): string[] {
  return [...new Set([composed(text), text.normalize('NFD')])];
}

/** The spelling for comparisons that ignore case. */
export function caseless(text: string): string {
  return composed(composed(text).toLowerCase());
}
