import { composed } from '../core/same-text.ts';
import { unusable } from './rejections.ts';

/** Keys that a job names, in a list whose rows have their keys each: a row may lack one, not all of them. */
export class KeysWanted {
  readonly #missing: Set<string>;
  #first: readonly string[] | null = null;

  constructor(names: readonly string[]) {
    this.#missing = new Set(names.map(composed));
  }

  /** The keys of one row. */
  add(keys: readonly string[]): void {
    this.#first ??= keys;
    if (this.#missing.size === 0) return;
    for (const key of keys) this.#missing.delete(composed(key));
  }

  /** Throws if there were rows, and none of them had a key. */
  check(list: string): void {
    if (this.#first === null || this.#missing.size === 0) return;
    const found = this.#first.slice(0, 20).join(', ').slice(0, 200);
    const message = `No row of ${list} has the key ${[...this.#missing].join(', ')}; the first row has ${found}. Correct the name in the job.`;
    throw unusable('bad_header', message);
  }
}
