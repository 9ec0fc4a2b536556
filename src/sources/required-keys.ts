import { composed } from '../core/same-text.ts';
import { unusable } from './rejections.ts';

/**
 * Checks the keys of a list whose rows contain their own keys, as in NDJSON. A key that the job names may be
 * missing in some rows, but not in all of them.
 */
export class RequiredKeys {
  readonly #missing: Set<string>;
  #first: readonly string[] | null = null;

  constructor(names: readonly string[]) {
    this.#missing = new Set(names.map(composed));
  }

  /** Records the keys of one row. */
  add(keys: readonly string[]): void {
    this.#first ??= keys;
    if (this.#missing.size === 0) return;
    for (const key of keys) this.#missing.delete(composed(key));
  }

  /** Throws if a key was missing in all rows. Does nothing if there were no rows. */
  check(list: string): void {
    if (this.#first === null || this.#missing.size === 0) return;
    const found = this.#first.slice(0, 20).join(', ').slice(0, 200);
    const message = `No row of ${list} has the key ${[...this.#missing].join(', ')}; the first row has ${found}. Correct the name in the job.`;
    throw unusable('bad_header', message);
  }
}
