import type { EmulatedFile, FileCounts } from '../core/emulated-file.ts';
import { SeededFiles, type SeededFilesOptions } from '../seeding/seeded-files.ts';
import { AddedFiles, lifeStart } from './added-files.ts';

/**
 * A number that identifies a file within its project. 0 or more: the index of a file that was generated from
 * the seed. Negative: −1 minus the slot of a file that was added later.
 */
export type FileRef = number;

/** The fields that can change at any time. They have no influence on a file's place in the listing. */
export type FileChanges = Partial<
  Pick<EmulatedFile, 'metadata' | 'appdata' | 'variations' | 'tags'>
>;

/**
 * The fields that the service knows only after it has processed the file (docs/uploadcare-api.md 3.6 and
 * 7.2).
 */
export type FileContent = Pick<
  EmulatedFile,
  'name' | 'mimeType' | 'size' | 'isImage' | 'isReady' | 'contentInfo'
>;

/** How long unstored and removed files live, in microseconds. Infinity means for ever. */
export interface FileLifetimes {
  readonly unstored: number;
  readonly removed: number;
}

/** All files of a project. Stores, removes, expires and purges them (docs/uploadcare-api.md 2.2). */
export class ProjectFiles {
  readonly seeded: SeededFiles;
  readonly added = new AddedFiles();
  readonly #lifetimes: FileLifetimes;
  readonly #changes = new Map<FileRef, FileChanges>();
  #purgeDueAt = Number.POSITIVE_INFINITY;
  #addedDueAt = Number.POSITIVE_INFINITY;

  constructor(options: Omit<SeededFilesOptions, 'unstoredLifetime'>, lifetimes: FileLifetimes) {
    this.seeded = new SeededFiles({ ...options, unstoredLifetime: lifetimes.unstored });
    this.#lifetimes = lifetimes;
  }

  add(file: EmulatedFile, now: number): FileRef {
    if (this.seeded.indexOf(file.uuid) !== undefined) {
      throw new Error(`The seeded file ${file.uuid} exists already`);
    }
    const lifetime = this.#lifetimes.unstored;
    this.#addedDueAt = Math.min(this.#addedDueAt, lifeStart(file, now, lifetime) + lifetime);
    this.#notePurge(file.removedAt);
    return -1 - this.added.add(file, now);
  }

  /**
   * Finds a file by its UUID, which must be in lower case. Returns undefined if the UUID is unknown or the
   * file was purged.
   */
  find(uuid: string): FileRef | undefined {
    const slot = this.added.slotOf(uuid);
    if (slot !== undefined) return this.added.isGone(slot) ? undefined : -1 - slot;
    const index = this.seeded.indexOf(uuid);
    return index === undefined || this.seeded.states.isGone(index) ? undefined : index;
  }

  describe(ref: FileRef): EmulatedFile {
    if (ref < 0) return this.added.describe(-1 - ref);
    const file = this.seeded.describe(ref);
    const changes = this.#changes.get(ref);
    return changes === undefined ? file : { ...file, ...changes };
  }

  uuidOf(ref: FileRef): string {
    return ref < 0 ? this.added.describe(-1 - ref).uuid : this.seeded.uuidOf(ref);
  }

  uploadedAt(ref: FileRef): number {
    return ref < 0 ? this.added.describe(-1 - ref).uploadedAt : this.seeded.timeOf(ref);
  }

  counts(): FileCounts {
    const seeded = this.seeded.states.counts();
    const added = this.added.counts();
    return {
      stored: seeded.stored + added.stored,
      unstored: seeded.unstored + added.unstored,
      removed: seeded.removed + added.removed,
    };
  }

  /**
   * Stores a file. This also restores a removed file (docs/uploadcare-api.md 15.13). Returns true if the file
   * changed.
   */
  store(ref: FileRef, micros: number): boolean {
    if (ref >= 0) return this.seeded.states.store(ref, micros);
    const file = this.added.describe(-1 - ref);
    if (file.storedAt !== null) return false;
    this.added.change(-1 - ref, { storedAt: micros, removedAt: null });
    return true;
  }

  /**
   * Removes a file. Returns true if the file changed. If it was already removed, `datetime_removed` does not
   * change (docs/uploadcare-api.md 3.5).
   */
  remove(ref: FileRef, micros: number): boolean {
    this.#notePurge(micros);
    if (ref >= 0) return this.seeded.states.remove(ref, micros);
    const file = this.added.describe(-1 - ref);
    if (file.removedAt !== null) return false;
    this.added.change(-1 - ref, { storedAt: null, removedAt: micros });
    return true;
  }

  /** Changes fields that are independent of the file's state, such as its metadata. */
  change(ref: FileRef, changes: FileChanges): void {
    if (ref < 0) this.added.change(-1 - ref, changes);
    else this.#changes.set(ref, { ...this.#changes.get(ref), ...changes });
  }

  /**
   * Fills in the content of an added file that had no content until now, such as the output of a conversion.
   */
  complete(ref: FileRef, content: Partial<FileContent>): void {
    this.added.change(-1 - ref, content);
  }

  /**
   * Expires the unstored files and purges the removed files whose lifetime ended at or before `now`. Calls
   * `expired` for each expired file.
   */
  settle(now: number, expired: (ref: FileRef) => void): void {
    if (this.#lifetimes.unstored !== Number.POSITIVE_INFINITY) this.#expire(now, expired);
    if (now >= this.#purgeDueAt) this.#purge(now);
  }

  #expire(now: number, expired: (ref: FileRef) => void): void {
    const lifetime = this.#lifetimes.unstored;
    this.seeded.expire(now, (index) => {
      this.#notePurge(this.seeded.removedAt(index, this.seeded.timeOf(index)));
      expired(index);
    });
    if (now < this.#addedDueAt) return;
    for (const { slot, at } of this.added.expiring(now, lifetime)) {
      this.remove(-1 - slot, at);
      expired(-1 - slot);
    }
    this.#addedDueAt = this.added.nextExpiry(lifetime);
  }

  #purge(now: number): void {
    this.#purgeDueAt = Number.POSITIVE_INFINITY;
    const { states } = this.seeded;
    let index = states.nearest('removed', 0, 1);
    while (index >= 0) {
      if (this.#isOver(this.seeded.removedAt(index, this.seeded.timeOf(index)), now)) {
        states.purge(index);
      }
      index = states.nearest('removed', index + 1, 1);
    }
    for (const slot of this.added.removed()) {
      if (this.#isOver(this.added.describe(slot).removedAt, now)) this.added.purge(slot);
    }
  }

  #isOver(removedAt: number | null, now: number): boolean {
    if (removedAt !== null && removedAt + this.#lifetimes.removed <= now) return true;
    this.#notePurge(removedAt);
    return false;
  }

  #notePurge(removedAt: number | null): void {
    if (removedAt === null) return;
    this.#purgeDueAt = Math.min(this.#purgeDueAt, removedAt + this.#lifetimes.removed);
  }
}
