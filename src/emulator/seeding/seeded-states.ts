import type { FileCounts, FileKind } from '../core/emulated-file.ts';
import { GrowingColumn } from '../core/growing-column.ts';
import { BitField, nearestBit } from './bit-field.ts';

const CHUNK = 0x1_0000;

/**
 * Stores which generated files were stored, removed or purged. Needs three bits for each file. If a request
 * changed the file, needs four more bytes, which point to the time of the change.
 */
export class SeededStates {
  readonly #count: number;
  readonly #stored: BitField;
  readonly #removed: BitField;
  readonly #gone: BitField;
  readonly #stampChunks = new Map<number, Uint32Array>();
  readonly #stampTimes = new GrowingColumn(Float64Array);
  readonly #tally = { stored: 0, removed: 0, gone: 0 };
  readonly #words: Record<FileKind, (word: number) => number>;

  constructor(count: number, isStoredAtStart: (index: number) => boolean) {
    this.#count = count;
    this.#stored = new BitField(count);
    this.#removed = new BitField(count);
    this.#gone = new BitField(count);
    this.#stampTimes.push(0);
    for (let index = 0; index < count; index += 1) {
      if (isStoredAtStart(index)) {
        this.#stored.set(index);
        this.#tally.stored += 1;
      }
    }
    this.#words = this.#wordsOfKinds();
  }

  counts(): FileCounts {
    const { stored, removed, gone } = this.#tally;
    return { stored, removed, unstored: this.#count - stored - removed - gone };
  }

  isStored(index: number): boolean {
    return this.#stored.has(index);
  }

  isRemoved(index: number): boolean {
    return this.#removed.has(index);
  }

  isGone(index: number): boolean {
    return this.#gone.has(index);
  }

  /** The time of the last change, in microseconds since 1970. Undefined if no request changed the file. */
  changedAt(index: number): number | undefined {
    const stamp = this.#stampChunks.get(index >>> 16)?.[index & (CHUNK - 1)] ?? 0;
    return stamp === 0 ? undefined : this.#stampTimes.at(stamp);
  }

  /**
   * Stores a file. Returns true if it changed. If it was already stored, `datetime_stored` does not change
   * (docs/uploadcare-api.md 3.3).
   */
  store(index: number, micros: number): boolean {
    if (this.#stored.has(index)) return false;
    if (this.#removed.has(index)) this.#unremove(index);
    this.#stored.set(index);
    this.#tally.stored += 1;
    this.#stamp(index, micros);
    return true;
  }

  /**
   * Removes a file. Returns true if it changed. Without `micros` no time is recorded: an expired file's
   * removal time is computed from its upload time.
   */
  remove(index: number, micros: number | undefined): boolean {
    if (this.#removed.has(index)) return false;
    if (this.#stored.has(index)) {
      this.#stored.clear(index);
      this.#tally.stored -= 1;
    }
    this.#removed.set(index);
    this.#tally.removed += 1;
    if (micros !== undefined) this.#stamp(index, micros);
    return true;
  }

  /** Purges a removed file: it disappears completely, and nobody can find it any more. */
  purge(index: number): void {
    this.#unremove(index);
    this.#gone.set(index);
    this.#tally.gone += 1;
  }

  /**
   * Searches for a file of a kind. Starts at the index `from` and moves by `step`. Returns the index of the
   * first match, or −1.
   */
  nearest(kind: FileKind, from: number, step: 1 | -1): number {
    return nearestBit(this.#words[kind], { from, step, length: this.#count });
  }

  #unremove(index: number): void {
    this.#removed.clear(index);
    this.#tally.removed -= 1;
  }

  #stamp(index: number, micros: number): void {
    let chunk = this.#stampChunks.get(index >>> 16);
    if (chunk === undefined) {
      chunk = new Uint32Array(CHUNK);
      this.#stampChunks.set(index >>> 16, chunk);
    }
    const last = this.#stampTimes.length - 1;
    if (this.#stampTimes.at(last) !== micros) this.#stampTimes.push(micros);
    chunk[index & (CHUNK - 1)] = this.#stampTimes.length - 1;
  }

  #wordsOfKinds(): Record<FileKind, (word: number) => number> {
    const stored = this.#stored.words;
    const removed = this.#removed.words;
    const gone = this.#gone.words;
    return {
      existing: (word) => ~((removed[word] ?? 0) | (gone[word] ?? 0)),
      stored: (word) => (stored[word] ?? 0) | 0,
      unstored: (word) => ~((stored[word] ?? 0) | (removed[word] ?? 0) | (gone[word] ?? 0)),
      removed: (word) => (removed[word] ?? 0) | 0,
      none: () => 0,
    };
  }
}
