import { deriveSeed, mixBits, unitInterval } from '../core/integer-hash.ts';

// Minimum time between two neighbouring uploads. Each upload is moved by a random time, at most nine tenths
// of this minimum. Two uploads must then still differ by at least one microsecond.
const SHORTEST_STEP_MICROS = 10;

/** Options for the upload times of generated files. `oldest` and `newest` are in microseconds since 1970. */
export interface TimelineOptions {
  readonly seed: number | string;
  readonly count: number;
  readonly oldest: number;
  readonly newest: number;
  /** Share of files that were uploaded in the same microsecond as their neighbours. */
  readonly tiesShare: number;
  /** How many files share one upload time. */
  readonly tieSize: number;
}

/**
 * Computes the upload time of a file from its index. Times never decrease with the index, so listings need no
 * sorting.
 */
export class SeededTimeline {
  readonly count: number;
  readonly #options: TimelineOptions;
  readonly #step: number;
  readonly #jitterSeed: number;
  readonly #tieSeed: number;

  constructor(options: TimelineOptions) {
    this.count = options.count;
    this.#options = options;
    this.#step = (options.newest - options.oldest) / Math.max(options.count, 1);
    if (options.count > 0 && this.#step < SHORTEST_STEP_MICROS) {
      throw new RangeError(
        `${options.count} files need at least ${SHORTEST_STEP_MICROS} µs each: increase oldestAgeMs or decrease newestAgeMs`,
      );
    }
    this.#jitterSeed = deriveSeed(options.seed, 'jitter');
    this.#tieSeed = deriveSeed(options.seed, 'ties');
  }

  /** The upload time of the file with this index, in microseconds since 1970. */
  timeOf(index: number): number {
    const first = this.tieOf(index).start;
    const jitter = unitInterval(mixBits(this.#jitterSeed, first)) * 0.9;
    return Math.floor(this.#options.oldest + (first + jitter) * this.#step);
  }

  /** The indexes that share the upload time of `index`: from `start` up to but not including `end`. */
  tieOf(index: number): { readonly start: number; readonly end: number } {
    const { tieSize, tiesShare } = this.#options;
    const block = Math.floor(index / tieSize);
    const isTied = unitInterval(mixBits(this.#tieSeed, block)) < tiesShare;
    if (!isTied) return { start: index, end: index + 1 };
    const start = block * tieSize;
    return { start, end: Math.min(start + tieSize, this.count) };
  }

  /** The index of the first file that was uploaded at `micros` or later. Returns `count` if there is none. */
  firstAtOrAfter(micros: number): number {
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.timeOf(middle) < micros) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
