// UTF-8 takes at most three bytes for one unit of a JavaScript string.
const MOST_BYTES_PER_UNIT = 3;

/** Builds a long body file by file: joining a page of 1,000 as one string costs twice the time. */
export class BytesWriter {
  #bytes: Buffer;
  #length = 0;

  constructor(start: string, expectedBytes: number) {
    this.#bytes = Buffer.allocUnsafe(expectedBytes);
    this.write(start);
  }

  write(text: string): void {
    const needed = this.#length + text.length * MOST_BYTES_PER_UNIT;
    if (needed > this.#bytes.length) {
      const grown = Buffer.allocUnsafe(Math.max(needed, this.#bytes.length * 2));
      this.#bytes.copy(grown, 0, 0, this.#length);
      this.#bytes = grown;
    }
    this.#length += this.#bytes.write(text, this.#length);
  }

  /** The bytes so far; nothing may be written after it. */
  take(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }
}
