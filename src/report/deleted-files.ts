import type { FileFacts } from '../core/file-facts.ts';
import type { DeleteRecord, SeenFile } from '../ledger/evidence-table.ts';
import type { LedgerReader } from '../ledger/ledger-reader.ts';
import type { RunItem } from '../ledger/run-items.ts';
import { readFromLedger, withReader } from '../ledger/with-reader.ts';
import { findTraits } from '../operations/operation-traits.ts';
import { endOfDelete } from './deleted-things.ts';
import { type ReportedRun, type ReportedStep, subjectAt } from './run-items.ts';

/** A file or group that a run deleted. */
export interface DeletedFile {
  /** Key of the item. */
  readonly item: string;
  /** UUID of the file, or id of the group. */
  readonly file: string;
  readonly step: string;
  readonly operation: string;
  /** Server time of the answer to the delete, ms; null if the ledger does not have it. */
  readonly deletedAt: number | null;
  /**
   * `person`: no answer to the delete is known, and a person decided with `ucbulk resolve` that it was done.
   * Null: an answer of the service showed that it was done.
   */
  readonly decidedBy: 'person' | null;
  /** The facts of the file before its delete; null if the ledger does not have them. */
  readonly facts: FileFacts | null;
  /** Server time at which ucbulk first saw these facts, ms. */
  readonly seenAt: number | null;
  /** The answer of the service that contained the facts: a listing, or the answer to the delete. */
  readonly seenIn: 'listing' | 'answer' | null;
}

/** Number of items whose deletes are read together. */
const SLICE = 1000;

/** All files and groups that a run deleted, in the order of its selection. */
export function* deletedFiles(run: ReportedRun): Generator<DeletedFile> {
  yield* readFromLedger(run.ledger, function* (reader) {
    const deletes = new Deletes(run.steps, reader);
    for (const item of reader.runItems({})) yield* deletes.of(item);
  });
}

/**
 * Counts the deletes of a run that were sent, or may have been sent, and whose results nobody knows. They are not
 * among the deleted files.
 */
export function countUnknownDeletes({ ledger, steps }: ReportedRun): number {
  const deleting = steps.flatMap(({ uses, mayDelete }, index) =>
    mayDelete ? [{ uses, index }] : [],
  );
  const conditional = deleting.filter(({ uses }) => findTraits(uses)?.deletes !== 'always');
  return withReader(ledger, (reader) => {
    return reader.unknownResults({
      steps: deleting.map(({ index }) => index),
      conditional: conditional.map(({ index }) => index),
    });
  });
}

/** Finds what a run deleted. Needs the items in the order of the selection, and little memory. */
export class Deletes {
  readonly #steps: readonly (ReportedStep & { readonly index: number })[];
  readonly #kept: KeptFacts;

  constructor(steps: readonly ReportedStep[], reader: LedgerReader) {
    const all = steps.map((step, index) => ({ ...step, index }));
    this.#steps = all.filter(({ uses }) => findTraits(uses)?.deletes !== undefined);
    this.#kept = new KeptFacts(reader);
  }

  /** The files and groups that the run deleted for an item. */
  of(item: RunItem): DeletedFile[] {
    const deleted: DeletedFile[] = [];
    for (const step of this.#steps) {
      const file = subjectAt(step, item);
      if (file === null || endOfDelete(step, item) !== 'deleted') continue;
      const kept = this.#kept.of({ item, step: step.index, file });
      const decidedBy = isDecided(step, item) ? 'person' : null;
      const known = decidedBy === null ? kept : { ...kept, deletedAt: null };
      const { id, uses: operation } = step;
      deleted.push({ item: item.record.key, file, step: id, operation, ...known, decidedBy });
    }
    return deleted;
  }
}

/**
 * True if a person decided that a delete was done. Only `ucbulk resolve` stores an outcome for it: a delete
 * that the service answered has neither a result nor a warning.
 */
function isDecided(
  { uses, index }: Pick<ReportedStep, 'uses'> & { readonly index: number },
  { outcomes }: RunItem,
): boolean {
  if (findTraits(uses)?.deletes !== 'always') return false;
  return outcomes.some(({ step, state }) => step === index && state === 'done');
}

/** Reads the facts of deleted files, and the times of their deletes, from a ledger. */
class KeptFacts {
  readonly #reader: LedgerReader;
  #page = { no: 0, files: new Map<string, SeenFile>() };
  #slice = { first: 0, last: 0, deletes: [] as DeleteRecord[] };

  constructor(reader: LedgerReader) {
    this.#reader = reader;
  }

  /** The facts of the file that a step deleted, and the time of the delete. */
  of({
    item: { record, outcomes },
    step,
    file,
  }: {
    readonly item: RunItem;
    readonly step: number;
    readonly file: string;
  }): Omit<DeletedFile, 'item' | 'file' | 'step' | 'operation' | 'decidedBy'> {
    const { seq, page } = record;
    const done = this.#deletesAround(seq).findLast(
      (one) => one.step === step && one.first <= seq && seq <= one.last,
    );
    const deletedAt = done?.at ?? outcomes.find((one) => one.step === step)?.at ?? null;
    const listed = this.#filesOf(page).get(file);
    if (listed !== undefined) return { deletedAt, ...listed, seenIn: 'listing' };
    const facts = done?.files.find(({ uuid }) => uuid === file) ?? null;
    if (facts === null) return { deletedAt, facts, seenAt: null, seenIn: null };
    return { deletedAt, facts, seenAt: deletedAt, seenIn: 'answer' };
  }

  #filesOf(no: number): Map<string, SeenFile> {
    if (this.#page.no !== no) this.#page = { no, files: this.#reader.evidence.filesOf(no) };
    return this.#page.files;
  }

  #deletesAround(seq: number): DeleteRecord[] {
    if (seq < this.#slice.first || seq > this.#slice.last) {
      const [first, last] = [seq, seq + SLICE - 1];
      this.#slice = { first, last, deletes: this.#reader.evidence.deletesOf(first, last) };
    }
    return this.#slice.deletes;
  }
}

/** A deleted file as evidence and reports show it. */
export function deletedRecord({ item, file, step, operation, ...kept }: DeletedFile) {
  const { deletedAt, decidedBy, facts, seenAt, seenIn } = kept;
  return {
    item,
    file,
    step,
    operation,
    deletedAt: timeText(deletedAt),
    decidedBy,
    seenAt: timeText(seenAt),
    seenIn,
    facts: facts && {
      filename: facts.filename,
      size: facts.size,
      mimeType: facts.mimeType,
      uploadedAt: timeText(facts.uploadedAt),
      storedAt: timeText(facts.storedAt),
      url: facts.url ?? null,
      metadata: facts.metadata && { ...facts.metadata },
      tags: facts.tags && [...facts.tags],
    },
  };
}

function timeText(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}
