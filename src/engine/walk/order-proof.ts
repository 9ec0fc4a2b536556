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
  /** The last file; its upload time is `#time`. */
  #last: ItemKey = '';
  /** All files whose upload time is `#time`; null if `#last` is the only one, as usual. */
  #tied: Set<ItemKey> | null = null;

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
    if (time === this.#time) return this.#isNewTie(key);
    const direction = this.#time === null ? 0 : Math.sign(time - this.#time);
    if (this.#direction !== 0 && direction !== this.#direction) return false;
    this.#direction = direction;
    this.#time = time;
    this.#last = key;
    this.#tied = null;
    return true;
  }

  #isNewTie(key: ItemKey): boolean {
    this.#tied ??= new Set([this.#last]);
    if (this.#tied.has(key) || this.#tied.size === MAX_TIED) return false;
    this.#tied.add(key);
    return true;
  }
}
