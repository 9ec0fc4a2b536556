import type { ItemKey } from '../../core/item.ts';
import type { Candidate } from '../../sources/source.ts';
import type { SelectedItem } from './selection.ts';

/**
 * Maximum number of files with the same upload time to remember. If there are more of them, the proof fails.
 */
const MAX_TIED = 10_000;

/**
 * Tries to prove that a listing contains no file twice. The upload time of a file never changes. If the
 * entries are ordered by upload time, all entries of one file are next to each other, with the same time. So
 * it is enough to compare the keys of entries with the same time.
 */
export class OrderProof {
  #holds = true;
  /** 1 if the times increase, -1 if they decrease, 0 until two different times were seen. */
  #direction = 0;
  #time: number | null = null;
  /** The files whose upload time is `#time`. */
  #tied = new Set<ItemKey>();

  /** True if all items selected so far are certainly different. */
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
