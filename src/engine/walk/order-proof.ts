import type { ItemKey } from '../../core/item.ts';
import type { Candidate } from '../../sources/source.ts';
import type { SelectedItem } from './selection.ts';

/** More files with one upload time are not remembered. */
const MAX_TIED = 10_000;

/**
 * Proves that a listing repeats no file. The upload time of a file never changes. So in a listing in
 * the order of upload times, the rows of one file have equal times and follow each other.
 */
export class OrderProof {
  #holds = true;
  /** 1 for increasing times, -1 for decreasing ones, 0 until two times differ. */
  #direction = 0;
  #time: number | null = null;
  /** The files at `#time`. */
  #tied = new Set<ItemKey>();

  /** True if the selected items so far are certainly different ones. */
  get holds(): boolean {
    return this.#holds;
  }

  /** Adds the selected items of the next page. */
  add(items: readonly SelectedItem[], candidates: readonly Candidate[]): void {
    const times = new Map(candidates.map(({ key, facts }) => [key, facts?.uploadedAt]));
    for (const { key } of items) this.#holds &&= this.#isNext(key, times.get(key) ?? Number.NaN);
  }

  #isNext(key: ItemKey, time: number): boolean {
    if (Number.isNaN(time)) return false;
    if (time === this.#time) {
      if (this.#tied.has(key) || this.#tied.size === MAX_TIED) return false;
    } else {
      const direction = this.#time === null ? 0 : Math.sign(time - this.#time);
      if (this.#direction !== 0 && direction !== this.#direction) return false;
      this.#direction = direction;
      this.#time = time;
      this.#tied = new Set();
    }
    this.#tied.add(key);
    return true;
  }
}
