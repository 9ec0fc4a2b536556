import type { FileKind } from '../core/emulated-file.ts';
import type { ListPosition } from './added-files.ts';
import type { FileRef, ProjectFiles } from './project-files.ts';

/**
 * The files to iterate over, the direction, and the position to start after. If `after` is null, the
 * iteration starts at the oldest file (`step` 1) or at the newest (`step` −1).
 */
export interface WalkOptions {
  readonly kind: FileKind;
  /** 1 moves from old to new, −1 from new to old. */
  readonly step: 1 | -1;
  readonly after: ListPosition | null;
}

/**
 * Iterates over the files of one kind, ordered by upload time and UUID. It merges two sources: files that
 * were generated from the seed, and files that were added later.
 */
export class FileWalk {
  readonly #files: ProjectFiles;
  readonly #options: WalkOptions;
  #index: number;
  #place: number;

  constructor(files: ProjectFiles, options: WalkOptions) {
    this.#files = files;
    this.#options = options;
    const { kind, step, after } = options;
    this.#index = files.seeded.states.nearest(kind, firstIndex(files, step, after), step);
    this.#place = files.added.nearest(kind, firstPlace(files, step, after), step);
  }

  /** Returns the next file, or undefined after the last one. */
  next(): FileRef | undefined {
    const { kind, step } = this.#options;
    if (this.#index < 0 && this.#place < 0) return undefined;
    if (this.#isSeededNext()) {
      const index = this.#index;
      this.#index = this.#files.seeded.states.nearest(kind, index + step, step);
      return index;
    }
    const slot = this.#files.added.slotAt(this.#place);
    this.#place = this.#files.added.nearest(kind, this.#place + step, step);
    return -1 - slot;
  }

  #isSeededNext(): boolean {
    if (this.#place < 0) return true;
    if (this.#index < 0) return false;
    const { seeded, added } = this.#files;
    const rival = added.describe(added.slotAt(this.#place));
    const time = seeded.timeOf(this.#index);
    const isEarlier =
      time === rival.uploadedAt ? seeded.uuidOf(this.#index) < rival.uuid : time < rival.uploadedAt;
    return isEarlier === (this.#options.step === 1);
  }
}

function firstIndex(files: ProjectFiles, step: 1 | -1, after: ListPosition | null): number {
  const { seeded } = files;
  if (after === null) return step === 1 ? 0 : seeded.count - 1;
  if (after.uuid !== null) return indexBeyond(files, step, { time: after.time, uuid: after.uuid });
  return step === 1 ? seeded.firstAtOrAfter(after.time + 1) : seeded.firstAtOrAfter(after.time) - 1;
}

function indexBeyond(
  { seeded }: ProjectFiles,
  step: 1 | -1,
  after: { readonly time: number; readonly uuid: string },
): number {
  let index = seeded.firstAtOrAfter(after.time);
  while (index < seeded.count && seeded.timeOf(index) === after.time) {
    const uuid = seeded.uuidOf(index);
    if (uuid === after.uuid) return index + step;
    if (uuid > after.uuid) break;
    index += 1;
  }
  return step === 1 ? index : index - 1;
}

function firstPlace(files: ProjectFiles, step: 1 | -1, after: ListPosition | null): number {
  const { added } = files;
  if (after === null)
    return step === 1 ? 0 : added.placeOf({ time: Number.MAX_VALUE, uuid: null }) - 1;
  if (after.uuid === null) {
    const time = step === 1 ? after.time + 1 : after.time;
    const place = added.placeOf({ time, uuid: null });
    return step === 1 ? place : place - 1;
  }
  const place = added.placeOf(after);
  if (step === -1) return place - 1;
  const slot = added.slotAt(place);
  const isItself = slot >= 0 && added.describe(slot).uuid === after.uuid;
  return isItself ? place + 1 : place;
}
