import type { EmulatedFile, FileCounts, FileKind } from '../core/emulated-file.ts';

/**
 * A position in the listing of files, which is ordered by upload time and then by UUID. If `uuid` is null,
 * the position is only a time, without a particular file.
 */
export interface ListPosition {
  /** Microseconds since 1970. */
  readonly time: number;
  readonly uuid: string | null;
}

interface AddedFile extends EmulatedFile {
  readonly addedAt: number;
  readonly isGone: boolean;
}

/**
 * The files of a project that copies, uploads or tests added while the emulator was running, ordered by
 * upload time.
 */
export class AddedFiles {
  readonly #files: AddedFile[] = [];
  readonly #slots = new Map<string, number>();
  readonly #order: number[] = [];
  readonly #tally = { stored: 0, unstored: 0, removed: 0 };

  /** Adds a file and returns its slot. A slot is the number of an added file, from 0; it never changes. */
  add(file: EmulatedFile, addedAt: number): number {
    if (this.#slots.has(file.uuid)) throw new Error(`The file ${file.uuid} exists already`);
    const slot = this.#files.length;
    this.#order.splice(this.placeOf({ time: file.uploadedAt, uuid: file.uuid }), 0, slot);
    this.#slots.set(file.uuid, slot);
    this.#files.push({ ...file, addedAt, isGone: false });
    this.#tally[fileState(file)] += 1;
    return slot;
  }

  counts(): FileCounts {
    return this.#tally;
  }

  slotOf(uuid: string): number | undefined {
    return this.#slots.get(uuid);
  }

  describe(slot: number): EmulatedFile {
    return this.#at(slot);
  }

  isGone(slot: number): boolean {
    return this.#at(slot).isGone;
  }

  /** Replaces the given fields of a file. Its upload time and its UUID can't change. */
  change(slot: number, changes: Partial<Omit<EmulatedFile, 'uuid' | 'uploadedAt'>>): void {
    const before = this.#at(slot);
    const after = { ...before, ...changes };
    this.#tally[fileState(before)] -= 1;
    this.#tally[fileState(after)] += 1;
    this.#files[slot] = after;
  }

  /** Purges a removed file: it disappears completely, and nobody can find it any more. */
  purge(slot: number): void {
    this.#files[slot] = { ...this.#at(slot), isGone: true };
    this.#tally.removed -= 1;
  }

  /**
   * The slots of unstored files that expire at or before `now`, and the time at which each expires. All times
   * are in microseconds.
   */
  expiring(now: number, lifetime: number): { readonly slot: number; readonly at: number }[] {
    return this.#unstoredEnds(lifetime).filter((end) => end.at <= now);
  }

  /**
   * The earliest time at which an unstored file expires, in microseconds. Infinity if there is no such file.
   */
  nextExpiry(lifetime: number): number {
    return this.#unstoredEnds(lifetime).reduce(
      (soonest, end) => Math.min(soonest, end.at),
      Number.POSITIVE_INFINITY,
    );
  }

  /** The slots of files that were removed but not purged. */
  removed(): number[] {
    return [...this.#files.keys()].filter((slot) => isKind('removed', this.#at(slot)));
  }

  /** The number of files that a listing shows before a position. */
  placeOf(position: ListPosition): number {
    let low = 0;
    let high = this.#order.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (isBefore(this.#at(this.#order[middle] ?? 0), position)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /**
   * Searches for a file of a kind. Starts at the place `from` in the order of upload and moves by `step`.
   * Returns the place of the first match, or −1.
   */
  nearest(kind: FileKind, from: number, step: 1 | -1): number {
    for (let place = from; place >= 0 && place < this.#order.length; place += step) {
      if (isKind(kind, this.#at(this.slotAt(place)))) return place;
    }
    return -1;
  }

  slotAt(place: number): number {
    return this.#order[place] ?? -1;
  }

  #unstoredEnds(lifetime: number): { readonly slot: number; readonly at: number }[] {
    const ends: { slot: number; at: number }[] = [];
    for (const [slot, file] of this.#files.entries()) {
      if (!isKind('unstored', file)) continue;
      ends.push({ slot, at: lifeStart(file, file.addedAt, lifetime) + lifetime });
    }
    return ends;
  }

  #at(slot: number): AddedFile {
    const file = this.#files[slot];
    if (file === undefined) throw new RangeError(`No added file in slot ${slot}`);
    return file;
  }
}

/**
 * The time at which the lifetime of an unstored file starts, in microseconds. Normally this is the time of
 * its upload. But a test may add a file whose lifetime would already have ended. Such a file gets a full
 * lifetime from the moment it is added, so that it does not expire at once.
 */
export function lifeStart(
  file: Pick<EmulatedFile, 'uploadedAt'>,
  addedAt: number,
  lifetime: number,
): number {
  return file.uploadedAt + lifetime < addedAt ? addedAt : file.uploadedAt;
}

function isBefore(file: EmulatedFile, position: ListPosition): boolean {
  if (file.uploadedAt !== position.time) return file.uploadedAt < position.time;
  return position.uuid !== null && file.uuid < position.uuid;
}

function fileState(file: EmulatedFile): 'stored' | 'unstored' | 'removed' {
  if (file.removedAt !== null) return 'removed';
  return file.storedAt === null ? 'unstored' : 'stored';
}

function isKind(kind: FileKind, file: AddedFile): boolean {
  if (file.isGone) return false;
  const state = fileState(file);
  return kind === 'existing' ? state !== 'removed' : state === kind;
}
