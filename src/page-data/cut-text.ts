/** The longest text of a message or a name where many are shown. The page of one item has all of it. */
const MAX_TEXT = 500;

/** Cuts a long text. */
export function cutText<Text extends string | null>(text: Text): Text | string {
  return text !== null && text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text;
}
