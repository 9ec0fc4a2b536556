import { compareUtf8 } from './utf8-order.ts';

/** An entry of a sequence that is sorted by key. */
interface Keyed {
  readonly key: string;
}

/** Entries with the same key, or an entry whose key the other sequence does not have. */
export type Joined<Left, Right> =
  | { readonly left: Left; readonly right: Right | null }
  | { readonly left: null; readonly right: Right };

type Sequence<Entry> = AsyncIterable<Entry> | Iterable<Entry>;

/**
 * Joins two sequences that are sorted by the UTF-8 bytes of their keys. Keeps only one entry of each in memory. Several
 * entries on the left may have the same key: each of them is joined with the entry on the right. Throws an error if a
 * sequence is not sorted, because the result would then be wrong.
 */
export async function* mergeJoin<Left extends Keyed, Right extends Keyed>(
  lefts: Sequence<Left>,
  rights: Sequence<Right>,
): AsyncGenerator<Joined<Left, Right>> {
  const left = new Reader(lefts, { mayRepeat: true });
  const right = new Reader(rights, { mayRepeat: false });
  try {
    await left.advance();
    await right.advance();
    yield* joinEntries(left, right);
  } finally {
    await left.close();
    await right.close();
  }
}

async function* joinEntries<Left extends Keyed, Right extends Keyed>(
  left: Reader<Left>,
  right: Reader<Right>,
): AsyncGenerator<Joined<Left, Right>> {
  for (; left.entry !== null; await left.advance()) {
    yield* notJoined(right, left.entry);
    right.isJoined = compareEntries(left.entry, right.entry) === 0;
    yield { left: left.entry, right: right.isJoined ? right.entry : null };
  }
  yield* notJoined(right, null);
}

/** Reads the entries on the right up to the key of `end`, and yields those that the left does not have. */
async function* notJoined<Right extends Keyed>(
  right: Reader<Right>,
  end: Keyed | null,
): AsyncGenerator<{ readonly left: null; readonly right: Right }> {
  while (right.entry !== null && compareEntries(right.entry, end) < 0) {
    if (!right.isJoined) yield { left: null, right: right.entry };
    await right.advance();
  }
}

/** Reads a sequence entry by entry, and checks that it is sorted. */
class Reader<Entry extends Keyed> {
  /** The current entry; null before the first one and after the last one. */
  entry: Entry | null = null;
  /** True if the current entry was joined with an entry of the other sequence. */
  isJoined = false;
  readonly #entries: AsyncIterator<Entry> | Iterator<Entry>;
  readonly #mayRepeat: boolean;

  /** `mayRepeat`: true if several entries may have the same key. */
  constructor(entries: Sequence<Entry>, { mayRepeat }: { readonly mayRepeat: boolean }) {
    this.#mayRepeat = mayRepeat;
    this.#entries =
      Symbol.asyncIterator in entries
        ? entries[Symbol.asyncIterator]()
        : entries[Symbol.iterator]();
  }

  /** Moves to the next entry. */
  async advance(): Promise<void> {
    const last = this.entry;
    const { done, value } = await this.#entries.next();
    this.entry = done === true ? null : value;
    this.isJoined = false;
    const order = last === null ? -1 : compareEntries(last, this.entry);
    if (order > 0 || (order === 0 && !this.#mayRepeat)) throw notSorted(this.entry);
  }

  async close(): Promise<void> {
    await this.#entries.return?.();
  }
}

/** Compares entries by their keys. The end of a sequence comes after every entry. */
function compareEntries(left: Keyed | null, right: Keyed | null): number {
  if (left === null) return right === null ? 0 : 1;
  return right === null ? -1 : compareUtf8(left.key, right.key);
}

function notSorted(entry: Keyed | null): Error {
  return new RangeError(`The key ${JSON.stringify(entry?.key ?? '')} is out of order`);
}
