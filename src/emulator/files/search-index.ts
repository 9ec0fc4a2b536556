import type { EmulatedFile } from '../core/emulated-file.ts';
import { FileWalk } from './file-walk.ts';
import type { FileRef, ProjectFiles } from './project-files.ts';

interface Change {
  readonly ref: FileRef;
  /** The time when the index includes the change, microseconds since 1970. */
  readonly knownAt: number;
  /** The file as the index still has it; null if the file was removed. */
  readonly before: Pick<EmulatedFile, 'metadata' | 'tags'> | null;
}

/** The search index of a project: it includes new files and changes with a lag (api 5b). */
export class SearchIndex {
  readonly #files: ProjectFiles;
  readonly #lag: number;
  readonly #changes = new Map<FileRef, Change>();

  constructor(files: ProjectFiles, lagMs: number) {
    this.#files = files;
    this.#lag = lagMs * 1000;
  }

  /** Keeps the state of a file that is about to change at `now`, in microseconds. */
  note(ref: FileRef, now: number): void {
    if (this.#lag === 0) return;
    const { metadata, tags = '[]' } = this.#files.describe(ref);
    this.#add(ref, now, { metadata, tags });
  }

  /** Records that a file was removed at `now`. Keeps little, because a test may delete millions. */
  noteRemoval(ref: FileRef, now: number): void {
    if (this.#lag > 0) this.#add(ref, now, null);
  }

  /** The files in the index at `now`, as it has them: oldest first, then those removed recently. */
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

  // Changes are in order of time, so those that the index includes by now come first.
  #forget(now: number): void {
    for (const { ref, knownAt } of this.#changes.values()) {
      if (knownAt > now) return;
      this.#changes.delete(ref);
    }
  }
}
