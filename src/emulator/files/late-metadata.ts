import type { DueTasks } from '../time/due-tasks.ts';
import type { FileRef, ProjectFiles } from './project-files.ts';

type LateField = 'metadata' | 'appdata';

/**
 * Metadata and appdata that a client wrote but that reads don't show yet. The real service shows a write
 * after about two seconds (docs/uploadcare-api.md 1.6). Until then, `ProjectFiles` has the old value, and
 * this class has the new one. The next write is based on the new value. For example, it answers 201 if the
 * new value lacks the key, and 200 otherwise.
 */
export class LateMetadata {
  readonly #files: ProjectFiles;
  readonly #tasks: DueTasks;
  readonly #lag: number;
  readonly #pending = {
    metadata: new Map<FileRef, { readonly text: string }>(),
    appdata: new Map<FileRef, { readonly text: string }>(),
  };

  constructor(files: ProjectFiles, tasks: DueTasks, lagMs: number) {
    this.#files = files;
    this.#tasks = tasks;
    this.#lag = lagMs * 1000;
  }

  /** Returns the newest JSON text of a field, even if reads don't show it yet. */
  truth(field: LateField, ref: FileRef): string {
    return this.#pending[field].get(ref)?.text ?? this.#files.describe(ref)[field];
  }

  /** Writes a field at `now`, in microseconds. Reads show the new value after the configured delay. */
  write(field: LateField, ref: FileRef, { text, now }: { text: string; now: number }): void {
    if (this.#lag === 0) {
      this.#files.change(ref, { [field]: text });
      return;
    }
    const written = { text };
    this.#pending[field].set(ref, written);
    this.#tasks.add(now + this.#lag, () => {
      this.#files.change(ref, { [field]: text });
      if (this.#pending[field].get(ref) === written) this.#pending[field].delete(ref);
    });
  }
}
