/** Number of bits: 16 MB. With ten million keys, one in 200 other keys may seem to be present. */
const BITS = 2 ** 27;
const HASHES = 4;

/**
 * A Bloom filter: shows that a key was certainly not added. Its memory does not depend on the number of keys.
 */
export class KeyFilter {
  readonly #words = new Uint32Array(BITS / 32);

  add(key: string): void {
    const [first, second] = hash(key);
    for (let no = 0; no < HASHES; no += 1) {
      const bit = bitAt(first, second, no);
      this.#words[bit >>> 5] = (this.#words[bit >>> 5] ?? 0) | (1 << (bit & 31));
    }
  }

  /** False if the key was certainly not added. */
  mayHave(key: string): boolean {
    const [first, second] = hash(key);
    for (let no = 0; no < HASHES; no += 1) {
      const bit = bitAt(first, second, no);
      if (((this.#words[bit >>> 5] ?? 0) & (1 << (bit & 31))) === 0) return false;
    }
    return true;
  }
}

function bitAt(first: number, second: number, no: number): number {
  return ((first + Math.imul(no, second)) >>> 0) % BITS;
}

/** Two hashes (FNV-1a and a variant of it), from which all bits of a key follow. */
function hash(key: string): [first: number, second: number] {
  let first = 0x811c9dc5;
  let second = 0x9747b28c;
  for (let at = 0; at < key.length; at += 1) {
    const code = key.charCodeAt(at);
    first = Math.imul(first ^ code, 0x01000193);
    second = Math.imul(second ^ code, 0x5bd1e995);
    second ^= second >>> 15;
  }
  return [first ^ (first >>> 16), second | 1];
}
