/**
 * The one spelling of a text that is compared. `é` may be one character or two (a Mac writes two),
 * and people see the same: both sides of every comparison go through here (Unicode NFC).
 */
export function composed(text: string): string {
  return text.normalize('NFC');
}

/** The same without regard to case. */
export function caseless(text: string): string {
  return composed(composed(text).toLowerCase());
}
