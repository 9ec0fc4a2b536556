import { Writable } from 'node:stream';
import { outputStream } from '../../src/cli/output-stream.ts';

/**
 * A pipe whose reader takes one text per turn. With `breaks`, the reader takes nothing, and the pipe breaks
 * (EPIPE) when the program first waits for it.
 */
export class SlowReader extends Writable {
  readonly fd = -1;
  readonly isTTY = false;
  /** All that the reader took. */
  text = '';
  /** Bytes of the largest text that the program wrote at once. */
  largest = 0;
  /** The most bytes that waited in memory at a time. */
  peak = 0;

  readonly #breaks: boolean;

  constructor({ breaks = false } = {}) {
    super({ highWaterMark: 16 * 1024 }); // the default differs between versions of Node
    this.#breaks = breaks;
    if (!breaks) return;
    this.on('newListener', (event) => {
      const error = Object.assign(new Error('write EPIPE'), { code: 'EPIPE' });
      if (event === 'drain') setImmediate(() => this.destroy(error));
    });
  }

  override write(text: string): boolean {
    const isFree = super.write(text);
    this.largest = Math.max(this.largest, Buffer.byteLength(text));
    this.peak = Math.max(this.peak, this.writableLength);
    return isFree;
  }

  override _write(chunk: Buffer, _encoding: string, taken: () => void): void {
    this.text += chunk.toString();
    if (!this.#breaks) setImmediate(taken);
  }

  /** The stream as the program uses it. */
  output() {
    return outputStream(this as unknown as NodeJS.WriteStream & { fd: number });
  }
}
