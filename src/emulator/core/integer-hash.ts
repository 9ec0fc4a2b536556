/**
 * Mixes a seed and an index to 32 bits that look random (the last step of the hash function murmur3). The
 * emulator takes all its random decisions from here, so the same seed always gives the same decisions.
 */
export function mixBits(seed: number, value: number): number {
  let bits = seed ^ Math.imul(value, 0x9e3779b1);
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}

/** Converts 32 bits to a number from 0 up to but not including 1. */
export function unitInterval(bits: number): number {
  return bits / 0x1_0000_0000;
}

/**
 * Derives 32 bits from a seed and a purpose. Different purposes give independent bits, so that e.g. names and
 * times of files are not related.
 */
export function deriveSeed(seed: number | string, purpose: string): number {
  let bits = 0x811c9dc5;
  for (const character of `${seed}/${purpose}`) {
    bits = Math.imul(bits ^ (character.codePointAt(0) ?? 0), 0x01000193);
  }
  return mixBits(bits, 1);
}
