const FIRST_SURROGATE = 0xd800;
const FIRST_AFTER_SURROGATES = 0xe000;

/**
 * Compares two texts by their UTF-8 bytes: the order in which buckets list keys and SQLite sorts texts. The operators
 * of JavaScript compare UTF-16 code units, which is another order for characters such as emojis.
 */
export function compareUtf8(left: string, right: string): number {
  const length = Math.min(left.length, right.length);
  for (let at = 0; at < length; at += 1) {
    const [one, other] = [left.charCodeAt(at), right.charCodeAt(at)];
    if (one !== other) return rank(one) - rank(other);
  }
  return left.length - right.length;
}

/** Surrogates stand for characters that come after every character of one code unit. */
function rank(unit: number): number {
  const isSurrogate = unit >= FIRST_SURROGATE && unit < FIRST_AFTER_SURROGATES;
  return isSurrogate ? unit + 0x10000 : unit;
}
