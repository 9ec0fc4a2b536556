import type { DueTasks } from '../time/due-tasks.ts';
import type { FileRef, ProjectFiles } from './project-files.ts';

type LateField = 'metadata' | 'appdata';

/**
 * Metadata and appdata that were written and are not visible yet (api 1.6: about two seconds).
 * The written value decides between 200 and 201. The file has the visible value.
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

  /** The field as JSON text, including writes that are not visible yet. */
  truth(field: LateField, ref: FileRef): string {
    return this.#pending[field].get(ref)?.text ?? this.#files.describe(ref)[field];
  }

  /** Writes a field at `now`, in microseconds. It becomes visible after the lag. */
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
