import type { EmulatedFile } from '../core/emulated-file.ts';
import { FileWalk } from './file-walk.ts';
import type { FileRef, ProjectFiles } from './project-files.ts';

interface Change {
  readonly ref: FileRef;
  /** The time from which search results show the change, in microseconds since 1970. */
  readonly knownAt: number;
  /** The old fields of the file, which search results still show. Null if the change is a removal. */
  readonly before: Pick<EmulatedFile, 'metadata' | 'tags'> | null;
}

/**
 * The search index of a project. New files and changes appear in search results only after a delay
 * (docs/uploadcare-api.md 5b).
 */
export class SearchIndex {
  readonly #files: ProjectFiles;
  readonly #lag: number;
  readonly #changes = new Map<FileRef, Change>();

  constructor(files: ProjectFiles, lagMs: number) {
    this.#files = files;
    this.#lag = lagMs * 1000;
  }

  /**
   * Call this before a file changes at `now`, in microseconds. Keeps the old fields of the file, because
   * search results show them until the delay is over.
   */
  note(ref: FileRef, now: number): void {
    if (this.#lag === 0) return;
    const { metadata, tags = '[]' } = this.#files.describe(ref);
    this.#add(ref, now, { metadata, tags });
  }

  /**
   * Records that a file was removed at `now`, in microseconds. A test may delete millions of files, so this
   * does not copy the file's fields.
   */
  noteRemoval(ref: FileRef, now: number): void {
    if (this.#lag > 0) this.#add(ref, now, null);
  }

  /**
   * The files that a search at `now` finds, with the fields that the index has at that time. Existing files
   * come first, from old to new. Then come files that were removed so recently that the search still finds
   * them.
   */
  *files(now: number): Generator<{ readonly ref: FileRef; readonly file: EmulatedFile }> {
    this.#forget(now);
    const walk = new FileWalk(this.#files, { kind: 'existing', step: 1, after: null });
    for (let ref = walk.next(); ref !== undefined; ref = walk.next()) {
      if (this.#files.uploadedAt(ref) + this.#lag > now) return;
      yield { ref, file: this.#known(ref) };
    }
    for (const { ref } of this.#changes.values()) {
      const file = this.#known(ref);
      const isKnown = file.uploadedAt + this.#lag <= now;
      if (file.removedAt !== null && isKnown) yield { ref, file };
    }
  }

  #known(ref: FileRef): EmulatedFile {
    const file = this.#files.describe(ref);
    const change = this.#changes.get(ref);
    if (change === undefined) return file;
    return change.before === null ? file : { ...file, ...change.before };
  }

  #add(ref: FileRef, now: number, before: Change['before']): void {
    this.#forget(now);
    if (!this.#changes.has(ref)) this.#changes.set(ref, { ref, knownAt: now + this.#lag, before });
  }

  // Forgets the changes that search results already show at `now`. The list is in order of time, so the loop
  // stops at the first later change.
  #forget(now: number): void {
    for (const { ref, knownAt } of this.#changes.values()) {
      if (knownAt > now) return;
      this.#changes.delete(ref);
    }
  }
}
