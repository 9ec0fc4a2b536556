import type { FileFacts } from '../core/file-facts.ts';

const DAY_MS = 86_400_000;

/** A number of files with their total size. */
export interface Amount {
  readonly files: number;
  readonly bytes: number;
}

/** The files with the same value, such as a MIME type or a tag. */
export interface NamedAmount extends Amount {
  readonly name: string;
}

/** The files of an age. */
export interface AgeAmount extends Amount {
  /** Least age in days. */
  readonly fromDays: number;
  /** The age in days is below this; null if there is no limit. */
  readonly toDays: number | null;
  /** The unstored ones of these files. */
  readonly unstored: Amount;
}

/** The files of a size. */
export interface SizeAmount extends Amount {
  /** Least size in bytes. */
  readonly from: number;
  /** The size in bytes is below this; null if there is no limit. */
  readonly to: number | null;
}

/** The files of a project, counted in several ways. Each of them counts all files. */
export interface ProjectCounts extends Amount {
  readonly stored: Amount;
  readonly unstored: Amount;
  /** Upload times of the oldest and of the newest file, ms since 1970; null if there are no files. */
  readonly oldest: number | null;
  readonly newest: number | null;
  readonly ages: readonly AgeAmount[];
  readonly sizes: readonly SizeAmount[];
  readonly types: Values;
  /** A file with several tags counts at each of them. */
  readonly tags: Values;
  readonly metadataKeys: Values;
}

/** The files by a property with many possible values. */
export interface Values {
  /** The values with their files, largest size first. */
  readonly values: readonly NamedAmount[];
  /** Files whose values are not in `values`, because there are too many different ones. */
  readonly others: Amount;
  /** Files that have no value, such as no tag. */
  readonly none: Amount;
  /** Files for which the listing did not contain the property. */
  readonly unknown: Amount;
}

const AGE_DAYS = [0, 1, 7, 30, 90, 365, 730];
const SIZES = [0, 100e3, 1e6, 10e6, 100e6, 1e9];
/** Maximum number of different values that are counted separately, so that memory use stays constant. */
const MAX_VALUES = 10_000;

/** Counts the files of a project one after another. */
export class FileCounter {
  readonly #now: number;
  readonly #all = new Sum();
  readonly #stored = new Sum();
  readonly #unstored = new Sum();
  readonly #ages = AGE_DAYS.map(() => ({ all: new Sum(), unstored: new Sum() }));
  readonly #sizes = SIZES.map(() => new Sum());
  readonly #types = new ValueCounter();
  readonly #tags = new ValueCounter();
  readonly #metadataKeys = new ValueCounter();
  #oldest = Number.POSITIVE_INFINITY;
  #newest = Number.NEGATIVE_INFINITY;

  /** `now` is the time at which the ages end, ms since 1970. */
  constructor(now: number) {
    this.#now = now;
  }

  add(facts: FileFacts): void {
    const { size, uploadedAt, storedAt, mimeType, tags, metadata } = facts;
    const isStored = storedAt !== null;
    this.#all.add(size);
    (isStored ? this.#stored : this.#unstored).add(size);
    const age = this.#ages[lastAtMost(AGE_DAYS, (this.#now - uploadedAt) / DAY_MS)];
    age?.all.add(size);
    if (!isStored) age?.unstored.add(size);
    this.#sizes[lastAtMost(SIZES, size)]?.add(size);
    this.#types.add(mimeType === null ? null : [mimeType], size);
    this.#tags.add(tags, size);
    this.#metadataKeys.add(metadata === null ? null : Object.keys(metadata), size);
    this.#oldest = Math.min(this.#oldest, uploadedAt);
    this.#newest = Math.max(this.#newest, uploadedAt);
  }

  get files(): number {
    return this.#all.files;
  }

  result(): ProjectCounts {
    const isEmpty = this.#all.files === 0;
    return {
      ...this.#all.amount(),
      stored: this.#stored.amount(),
      unstored: this.#unstored.amount(),
      oldest: isEmpty ? null : this.#oldest,
      newest: isEmpty ? null : this.#newest,
      ages: this.#ages.map(({ all, unstored }, index) => ({
        fromDays: AGE_DAYS[index] ?? 0,
        toDays: AGE_DAYS[index + 1] ?? null,
        ...all.amount(),
        unstored: unstored.amount(),
      })),
      sizes: this.#sizes.map((sum, index) => ({
        from: SIZES[index] ?? 0,
        to: SIZES[index + 1] ?? null,
        ...sum.amount(),
      })),
      types: this.#types.result(),
      tags: this.#tags.result(),
      metadataKeys: this.#metadataKeys.result(),
    };
  }
}

/** Index of the last bound that is not above the value; 0 if all are. */
function lastAtMost(bounds: readonly number[], value: number): number {
  let last = 0;
  while (last + 1 < bounds.length && (bounds[last + 1] ?? 0) <= value) last += 1;
  return last;
}

class Sum {
  files = 0;
  bytes = 0;

  add(size: number): void {
    this.files += 1;
    this.bytes += size;
  }

  amount(): Amount {
    return { files: this.files, bytes: this.bytes };
  }
}

class ValueCounter {
  readonly #sums = new Map<string, Sum>();
  readonly #others = new Sum();
  readonly #none = new Sum();
  readonly #unknown = new Sum();

  add(values: readonly string[] | null, size: number): void {
    if (values === null) this.#unknown.add(size);
    else if (values.length === 0) this.#none.add(size);
    else {
      const sums = new Set(values.map((value) => this.#sumFor(value)));
      for (const sum of sums) sum.add(size);
    }
  }

  result(): Values {
    const values = [...this.#sums].map(([name, sum]) => ({ name, ...sum.amount() }));
    values.sort((a, b) => b.bytes - a.bytes || b.files - a.files || (a.name < b.name ? -1 : 1));
    return {
      values,
      others: this.#others.amount(),
      none: this.#none.amount(),
      unknown: this.#unknown.amount(),
    };
  }

  #sumFor(value: string): Sum {
    const known = this.#sums.get(value);
    if (known !== undefined) return known;
    if (this.#sums.size >= MAX_VALUES) return this.#others;
    const sum = new Sum();
    this.#sums.set(value, sum);
    return sum;
  }
}
