type Numbers = Uint8Array | Uint32Array | Int32Array | Float64Array;

/**
 * A list of numbers that only grows. It stores them in a typed array, so that each number takes only a few
 * bytes.
 */
export class GrowingColumn {
  #values: Numbers;
  #length = 0;

  constructor(kind: new (length: number) => Numbers) {
    this.#values = new kind(64);
  }

  get length(): number {
    return this.#length;
  }

  push(value: number): void {
    if (this.#length === this.#values.length) {
      const grown = new (this.#values.constructor as new (length: number) => Numbers)(
        this.#length * 2,
      );
      grown.set(this.#values);
      this.#values = grown;
    }
    this.#values[this.#length] = value;
    this.#length += 1;
  }

  at(row: number): number {
    if (row < 0 || row >= this.#length) throw new RangeError(`No row ${row} in ${this.#length}`);
    return this.#values[row] ?? 0;
  }

  /** A sorted copy of the numbers, in which the caller can count distinct values. */
  sorted(): ArrayLike<number> {
    return this.#values.slice(0, this.#length).sort();
  }
}
