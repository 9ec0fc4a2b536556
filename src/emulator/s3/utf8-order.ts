const FIRST_SURROGATE = 0xd800;
const FIRST_AFTER_SURROGATES = 0xe000;

/**
 * Compares two keys in the order of their UTF-8 bytes, in which S3 lists them. JavaScript compares UTF-16 code
 * units, which is a different order for characters outside the Basic Multilingual Plane.
 */
export function compareKeys(left: string, right: string): number {
  const length = Math.min(left.length, right.length);
  for (let at = 0; at < length; at += 1) {
    const [a, b] = [left.charCodeAt(at), right.charCodeAt(at)];
    if (a !== b) return rank(a) - rank(b);
  }
  return left.length - right.length;
}

// Surrogates stand for characters that come after every character of a single code unit.
function rank(unit: number): number {
  return unit >= FIRST_SURROGATE && unit < FIRST_AFTER_SURROGATES ? unit + 0x10000 : unit;
}

/** The first place in a sorted list of `length` keys whose key comes after `key`, or is equal if `inclusive`. */
export function findPlace(
  length: number,
  keyAt: (place: number) => string,
  { key, inclusive }: { readonly key: string; readonly inclusive: boolean },
): number {
  let [low, high] = [0, length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const order = compareKeys(keyAt(middle), key);
    if (order < 0 || (order === 0 && !inclusive)) low = middle + 1;
    else high = middle;
  }
  return low;
}
