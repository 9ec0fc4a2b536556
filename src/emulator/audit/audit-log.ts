import { GrowingColumn } from '../core/growing-column.ts';
import { EFFECTS, type Effect } from './effect.ts';

/**
 * One entry of the log: a change of one file, group or webhook. The change was caused by a request, or by the
 * emulator itself.
 */
export interface AuditEntry {
  /** Position of this entry in the log, from 0. */
  readonly entry: number;
  readonly operation: Effect;
  readonly project: string;
  /** UUID of the file, id of the group, or id of the webhook. */
  readonly uuid: string;
  /**
   * Distinguishes changes by the same operation to the same file. For example, for two changed metadata keys
   * it contains the key. Null for most operations.
   */
  readonly detail: string | null;
  /** False if nothing changed because the file already had the requested state. */
  readonly changed: boolean;
  /** Emulated time of the change, in microseconds since 1970. */
  readonly at: number;
  /**
   * Number of the request that caused the change, counted from 1. 0 if the emulator acted by itself, e.g.
   * when a file expired.
   */
  readonly request: number;
  readonly requestId: string | null;
}

/**
 * The totals of one operation. `filesChangedMoreThanOnce` above 0 means that something happened twice, so
 * tests expect 0.
 */
export interface EffectSummary {
  readonly requests: number;
  readonly effects: number;
  readonly changed: number;
  readonly distinctFilesChanged: number;
  readonly filesChangedMoreThanOnce: number;
}

/** Converts the numbers that the log stores to names for its readers: public keys, UUIDs and request ids. */
export interface AuditNames {
  projectName(project: number): string;
  /** UUID of the file, id of the group, or id of the webhook that was changed. */
  subject(operation: Effect, project: number, ref: number): string;
  requestId(request: number): string | null;
}

/**
 * The log of all changes to files, groups and webhooks. Entries are only added, never changed. Columns of
 * numbers keep an entry at 14 bytes, so that a test can log millions.
 */
export class AuditLog {
  readonly #names: AuditNames;
  readonly #operations = new GrowingColumn(Uint8Array);
  readonly #projects = new GrowingColumn(Uint8Array);
  readonly #refs = new GrowingColumn(Int32Array);
  readonly #details = new GrowingColumn(Uint32Array);
  readonly #detailTexts: (string | null)[] = [null];
  readonly #detailNumbers = new Map<string, number>();
  readonly #rows = new GrowingColumn(Uint32Array);
  readonly #requests = new GrowingColumn(Uint32Array);
  readonly #times = new GrowingColumn(Float64Array);

  constructor(names: AuditNames) {
    this.#names = names;
  }

  get length(): number {
    return this.#refs.length;
  }

  record(
    effect: {
      readonly operation: Effect;
      readonly project: number;
      readonly ref: number;
      readonly detail?: string | undefined;
    },
    outcome: { readonly changed: boolean; readonly request: number; readonly at: number },
  ): void {
    this.#operations.push(EFFECTS.indexOf(effect.operation) * 2 + (outcome.changed ? 1 : 0));
    this.#projects.push(effect.project);
    this.#refs.push(effect.ref);
    this.#details.push(effect.detail === undefined ? 0 : this.#detailNumber(effect.detail));
    this.#rows.push(this.#rowNumber(outcome.request, outcome.at));
  }

  entry(position: number): AuditEntry {
    const code = this.#operations.at(position);
    const operation = EFFECTS[code >>> 1] ?? 'store';
    const project = this.#projects.at(position);
    const row = this.#rows.at(position);
    const request = this.#requests.at(row);
    return {
      entry: position,
      operation,
      project: this.#names.projectName(project),
      uuid: this.#names.subject(operation, project, this.#refs.at(position)),
      detail: this.#detailTexts[this.#details.at(position)] ?? null,
      changed: (code & 1) === 1,
      at: this.#times.at(row),
      request,
      requestId: this.#names.requestId(request),
    };
  }

  /**
   * The entries from position `from`. Each entry object is created only when the caller reads it, to save
   * memory.
   */
  *entries(from = 0): Generator<AuditEntry> {
    for (let position = from; position < this.length; position += 1) yield this.entry(position);
  }

  /** The totals of each operation that occurred at least once. */
  summary(): Partial<Record<Effect, EffectSummary>> {
    const summary: Partial<Record<Effect, EffectSummary>> = {};
    for (const [code, operation] of EFFECTS.entries()) {
      const sums = this.#summarise(code);
      if (sums.effects > 0) summary[operation] = sums;
    }
    return summary;
  }

  #summarise(code: number): EffectSummary {
    const files = new GrowingColumn(Float64Array);
    const kinds = new Map<number, number>();
    let effects = 0;
    let requests = 0;
    let lastRow = -1;
    for (let position = 0; position < this.length; position += 1) {
      const operation = this.#operations.at(position);
      if (operation >>> 1 !== code) continue;
      effects += 1;
      if (this.#rows.at(position) !== lastRow) requests += 1;
      lastRow = this.#rows.at(position);
      if ((operation & 1) === 1) files.push(this.#fileKey(position, kinds));
    }
    return { requests, effects, changed: files.length, ...distinct(files.sorted()) };
  }

  // Returns a number for a file together with a detail, such as a metadata key. If two changes by the same
  // operation have the same number, the same thing was changed twice.
  #fileKey(position: number, kinds: Map<number, number>): number {
    const kind = this.#projects.at(position) * 2 ** 32 + this.#details.at(position);
    const known = kinds.get(kind) ?? kinds.size;
    kinds.set(kind, known);
    return known * 2 ** 33 + this.#refs.at(position);
  }

  #detailNumber(text: string): number {
    const known = this.#detailNumbers.get(text);
    if (known !== undefined) return known;
    this.#detailTexts.push(text);
    this.#detailNumbers.set(text, this.#detailTexts.length - 1);
    return this.#detailTexts.length - 1;
  }

  #rowNumber(request: number, at: number): number {
    const last = this.#requests.length - 1;
    const isSame = last >= 0 && this.#requests.at(last) === request && this.#times.at(last) === at;
    if (isSame) return last;
    this.#requests.push(request);
    this.#times.push(at);
    return last + 1;
  }
}

function distinct(keys: ArrayLike<number>): {
  distinctFilesChanged: number;
  filesChangedMoreThanOnce: number;
} {
  let distinctFilesChanged = 0;
  let filesChangedMoreThanOnce = 0;
  for (let position = 0; position < keys.length; position += 1) {
    const isFirst = keys[position] !== keys[position - 1];
    const isSecond = !isFirst && keys[position] !== keys[position - 2];
    if (isFirst) distinctFilesChanged += 1;
    if (isSecond) filesChangedMoreThanOnce += 1;
  }
  return { distinctFilesChanged, filesChangedMoreThanOnce };
}
