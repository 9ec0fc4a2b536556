/**
 * Mixes a seed and an index to 32 uniform bits (murmur3's finaliser). All randomness comes from it.
 */
export function mixBits(seed: number, value: number): number {
  let bits = seed ^ Math.imul(value, 0x9e3779b1);
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}

/** A number in [0, 1) from 32 mixed bits. */
export function unitInterval(bits: number): number {
  return bits / 0x1_0000_0000;
}

/** Derives 32 bits from a seed and a purpose, so that names, times and UUIDs are independent. */
export function deriveSeed(seed: number | string, purpose: string): number {
  let bits = 0x811c9dc5;
  for (const character of `${seed}/${purpose}`) {
    bits = Math.imul(bits ^ (character.codePointAt(0) ?? 0), 0x01000193);
  }
  return mixBits(bits, 1);
}
