import type { EmulatedFile } from '../core/emulated-file.ts';
import { FileWalk } from './file-walk.ts';
import type { FileRef, ProjectFiles } from './project-files.ts';

interface Change {
  readonly ref: FileRef;
  /** When the index knows of it, microseconds since 1970. */
  readonly knownAt: number;
  /** As the index still has it; null where only the file went. */
  readonly before: Pick<EmulatedFile, 'metadata' | 'tags'> | null;
}

/** What search knows of a project's files: new files and changes come late (api 5b). */
export class SearchIndex {
  readonly #files: ProjectFiles;
  readonly #lag: number;
  readonly #changes = new Map<FileRef, Change>();

  constructor(files: ProjectFiles, lagMs: number) {
    this.#files = files;
    this.#lag = lagMs * 1000;
  }

  /** Remembers a file as it is just before it changes at `now`, in microseconds. */
  note(ref: FileRef, now: number): void {
    if (this.#lag === 0) return;
    const { metadata, tags = '[]' } = this.#files.describe(ref);
    this.#add(ref, now, { metadata, tags });
  }

  /** Remembers a file that was removed at `now`: deletes come by the million, so little is kept. */
  noteRemoval(ref: FileRef, now: number): void {
    if (this.#lag > 0) this.#add(ref, now, null);
  }

  /** The files the index knows at `now`, oldest first, as it knows them; those just removed come last. */
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

  // Changes are in order of time, so those the index knows by now come first.
  #forget(now: number): void {
    for (const { ref, knownAt } of this.#changes.values()) {
      if (knownAt > now) return;
      this.#changes.delete(ref);
    }
  }
}
