/** Stores one bit for each file. 10 million files need 1.25 MB. */
export class BitField {
  readonly words: Uint32Array;

  constructor(bits: number) {
    this.words = new Uint32Array(Math.ceil(bits / 32));
  }

  has(bit: number): boolean {
    return ((this.words[bit >>> 5] ?? 0) & (1 << (bit & 31))) !== 0;
  }

  set(bit: number): void {
    this.words[bit >>> 5] = (this.words[bit >>> 5] ?? 0) | (1 << (bit & 31));
  }

  clear(bit: number): void {
    this.words[bit >>> 5] = (this.words[bit >>> 5] ?? 0) & ~(1 << (bit & 31));
  }
}

/**
 * Searches for the nearest bit that is set. Starts at `from` and moves by `step`. Returns −1 if there is
 * none. `wordAt` computes 32 bits at once, so the search skips 32 files at a time if none of them matches.
 */
export function nearestBit(
  wordAt: (word: number) => number,
  range: { readonly from: number; readonly length: number; readonly step: 1 | -1 },
): number {
  const { from, length, step } = range;
  if (from < 0 || from >= length) return -1;
  const lastWord = (length - 1) >>> 5;
  let word = from >>> 5;
  let bits = wordAt(word) & (step === 1 ? -1 << (from & 31) : -1 >>> (31 - (from & 31)));
  while (bits === 0) {
    word += step;
    if (word < 0 || word > lastWord) return -1;
    bits = wordAt(word);
  }
  const bit = step === 1 ? 31 - Math.clz32(bits & -bits) : 31 - Math.clz32(bits);
  const found = word * 32 + bit;
  return found < length ? found : -1;
}
