const NEWLINE = 0x0a;

/** Reads lines and blocks of bytes from a stream of chunks. */
export class ByteReader {
  readonly #chunks: AsyncIterator<Uint8Array>;
  readonly #onBytes: (bytes: Uint8Array) => void;
  #rest: Buffer = Buffer.alloc(0);
  /** Number of bytes that were returned so far. */
  consumed = 0;

  /** `onBytes` receives all bytes in the order in which they are returned, for a hash. */
  constructor(
    chunks: AsyncIterable<Uint8Array>,
    onBytes: (bytes: Uint8Array) => void = () => undefined,
  ) {
    this.#chunks = chunks[Symbol.asyncIterator]();
    this.#onBytes = onBytes;
  }

  /** Returns the next line without its end; null if no line end follows within `maxBytes`. */
  async line(maxBytes: number): Promise<string | null> {
    for (let from = 0; ; ) {
      const end = this.#rest.indexOf(NEWLINE, from);
      if (end !== -1) return this.#take(end + 1).toString('utf8', 0, end);
      from = this.#rest.length;
      if (from > maxBytes || !(await this.#fill())) return null;
    }
  }

  /** Returns the next bytes; null if there are fewer. */
  async bytes(count: number): Promise<Buffer | null> {
    const parts: Buffer[] = [];
    let missing = count;
    while (this.#rest.length < missing) {
      missing -= this.#rest.length;
      parts.push(this.#rest);
      this.#rest = Buffer.alloc(0);
      if (!(await this.#fill())) return null;
    }
    // The bytes of `parts` were not counted yet, so they are consumed here together with the last part.
    const all = Buffer.concat([...parts, this.#rest.subarray(0, missing)]);
    this.#rest = this.#rest.subarray(missing);
    this.#onBytes(all);
    this.consumed += all.length;
    return all;
  }

  /** True if all bytes were returned. */
  async isAtEnd(): Promise<boolean> {
    return this.#rest.length === 0 && !(await this.#fill());
  }

  /** Ends the stream. */
  async close(): Promise<void> {
    await this.#chunks.return?.();
  }

  #take(count: number): Buffer {
    const taken = this.#rest.subarray(0, count);
    this.#rest = this.#rest.subarray(count);
    this.#onBytes(taken);
    this.consumed += count;
    return taken;
  }

  async #fill(): Promise<boolean> {
    const { done, value } = await this.#chunks.next();
    if (done === true) return false;
    const chunk = Buffer.from(value);
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    return true;
  }
}
