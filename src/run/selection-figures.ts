import { candidateSize } from '../sources/candidate-size.ts';
import type { Candidate } from '../sources/source.ts';

/** A selected item, with the facts about it that help a person to recognise it. */
export interface ExampleItem {
  readonly key: string;
  readonly filename: string | null;
  /** Size in bytes; null if unknown. */
  readonly size: number | null;
  /** Time of the upload, ms since 1970; null if unknown. */
  readonly uploadedAt: number | null;
}

/** Some selected items. `largest` and `oldest` are null if no size or no upload time is known. */
export interface SelectionExamples {
  readonly first: ExampleItem | null;
  readonly last: ExampleItem | null;
  readonly largest: ExampleItem | null;
  readonly oldest: ExampleItem | null;
}

/** The total size of the items whose size is known. */
export interface SelectionBytes {
  readonly total: number;
  /** Number of items whose size is known. */
  readonly items: number;
}

/** The number of items of which `SelectionFigures` returns the keys. */
const SAMPLE_SIZE = 10;

/** Collects examples of the selected items and their total size, page by page. */
export class SelectionFigures {
  readonly firstKeys: string[] = [];
  #examples: SelectionExamples = { first: null, last: null, largest: null, oldest: null };
  #bytes = 0;
  #sized = 0;

  /** Adds the next selected items. */
  add(candidates: readonly Candidate[]): void {
    for (const candidate of candidates) this.#add(candidate);
  }

  get examples(): SelectionExamples {
    return this.#examples;
  }

  /** The total size; null if no size is known. */
  get bytes(): SelectionBytes | null {
    return this.#sized === 0 ? null : { total: this.#bytes, items: this.#sized };
  }

  #add(candidate: Candidate): void {
    const item = toExample(candidate);
    const { first, largest, oldest } = this.#examples;
    const { size, uploadedAt } = item;
    if (this.firstKeys.length < SAMPLE_SIZE) this.firstKeys.push(item.key);
    if (size !== null) {
      this.#bytes += size;
      this.#sized += 1;
    }
    this.#examples = {
      first: first ?? item,
      last: item,
      largest: size !== null && size > (largest?.size ?? -1) ? item : largest,
      oldest:
        uploadedAt !== null && uploadedAt < (oldest?.uploadedAt ?? Number.POSITIVE_INFINITY)
          ? item
          : oldest,
    };
  }
}

function toExample(candidate: Candidate): ExampleItem {
  const { key, facts } = candidate;
  return {
    key,
    filename: facts?.filename ?? null,
    size: candidateSize(candidate),
    uploadedAt: facts?.uploadedAt ?? null,
  };
}
