import { gunzipSync, gzipSync } from 'node:zlib';
import { decodeFile, encodeFile } from '../core/encoded-file.ts';
import type { FileFacts } from '../core/file-facts.ts';
import type { Connection, Statement } from './connection.ts';
import { damagedValue, parseStoredJson } from './database-failure.ts';
import { schemaVersion } from './migrate.ts';

/** The first schema with the tables. */
const SINCE_SCHEMA = 4;
// Higher levels need several times as long, and save about a tenth of the space: UUIDs can't be compressed.
const LEVEL = 1;
/** The largest number of items in a row of `deletes`. So a reader finds all rows of an item by their ends. */
const MAX_RANGE = 1000;

/** The facts about a file, and the server time at which ucbulk first saw them, ms. */
export interface SeenFile {
  readonly facts: FileFacts;
  readonly seenAt: number;
}

/** An item that was deleted. */
export interface DeletedItem {
  readonly seq: number;
  /** The file as the answer showed it. Null or absent if a listing has shown it, or if nothing has. */
  readonly facts?: FileFacts | null;
}

/** A delete of items with consecutive numbers. */
export interface DeleteRecord {
  readonly step: number;
  readonly first: number;
  readonly last: number;
  /** Server time of the answer, ms. */
  readonly at: number;
  /** The files as the answer showed them; empty if the listing had shown them. */
  readonly files: readonly FileFacts[];
}

/** The facts about the files that a run deletes, and the times of the deletes. */
export class EvidenceTable {
  readonly #addFacts: Statement | null;
  readonly #addDelete: Statement | null;
  readonly #anyDelete: Statement | null;
  readonly #factsOf: Statement | null;
  readonly #deletesOf: Statement | null;

  constructor(database: Connection) {
    const hasTables = schemaVersion(database) >= SINCE_SCHEMA;
    const prepare = (sql: string) => (hasTables ? database.prepare(sql) : null);
    this.#addFacts = prepare('INSERT INTO file_facts (page, seen_at, facts) VALUES (?, ?, ?)');
    this.#addDelete = prepare(
      'INSERT INTO deletes (step, first, last, at, facts) VALUES (@step, @first, @last, @at, @facts)',
    );
    this.#anyDelete = prepare('SELECT 1 FROM deletes LIMIT 1');
    this.#factsOf = prepare('SELECT seen_at, facts FROM file_facts WHERE page = ? ORDER BY id');
    this.#deletesOf = prepare(
      'SELECT * FROM deletes WHERE last BETWEEN ? AND ? AND first <= ? ORDER BY id',
    );
  }

  /** True if the run deleted something, and has evidence of it. */
  hasDeletes(): boolean {
    return this.#anyDelete?.get() !== undefined;
  }

  /** Stores the facts of the files of a page. Must be called in the transaction of the page. */
  addPage(page: number, seenAt: number, files: readonly FileFacts[]): void {
    if (files.length > 0) this.#addFacts?.run(page, seenAt, pack(files));
  }

  /** Stores those facts of a page that differ from the stored ones. */
  addChanges(page: number, seenAt: number, files: readonly FileFacts[]): void {
    if (this.#addFacts === null || files.length === 0) return;
    const stored = this.filesOf(page);
    const changed = files.filter((file) => {
      const before = stored.get(file.uuid);
      return before === undefined || !isSameFile(before.facts, file);
    });
    this.addPage(page, seenAt, changed);
  }

  /** The last facts of the files of a page, by their UUIDs. */
  filesOf(page: number): Map<string, SeenFile> {
    const rows = (this.#factsOf?.all(page) ?? []) as { seen_at: number; facts: Buffer }[];
    const files = new Map<string, SeenFile>();
    for (const { seen_at: seenAt, facts: packed } of rows) {
      for (const facts of unpack(packed)) files.set(facts.uuid, { facts, seenAt });
    }
    return files;
  }

  /** Records deletes that had their effect, of items in any order. */
  addDeletes(items: readonly DeletedItem[], { step, at }: Pick<DeleteRecord, 'step' | 'at'>): void {
    for (const range of ranges(items)) {
      const [first, last] = [range[0]?.seq, range.at(-1)?.seq];
      const files = range.flatMap(({ facts }) => facts ?? []);
      this.#addDelete?.run({
        step,
        first,
        last,
        at,
        facts: files.length === 0 ? null : pack(files),
      });
    }
  }

  /** The deletes of the items from `first` to `last`, oldest first. */
  deletesOf(first: number, last: number): DeleteRecord[] {
    const rows = this.#deletesOf?.all(first, last + MAX_RANGE, last) ?? [];
    return (rows as (Omit<DeleteRecord, 'files'> & { facts: Buffer | null })[]).map((row) => {
      const { facts, ...record } = row;
      return { ...record, files: facts === null ? [] : unpack(facts) };
    });
  }
}

/** Divides items into ranges with consecutive numbers. */
function ranges(items: readonly DeletedItem[]): DeletedItem[][] {
  const found: DeletedItem[][] = [];
  for (const item of items.toSorted((one, other) => one.seq - other.seq)) {
    const range = found.at(-1);
    if (range?.at(-1)?.seq === item.seq - 1 && range.length < MAX_RANGE) range.push(item);
    else found.push([item]);
  }
  return found;
}

function pack(files: readonly FileFacts[]): Buffer {
  return gzipSync(JSON.stringify(files.map(encodeFile)), { level: LEVEL });
}

function unpack(packed: Buffer): FileFacts[] {
  const text = gunzipped(packed);
  return parseStoredJson<unknown[]>(text).map(decodeFile);
}

function gunzipped(packed: Buffer): string {
  try {
    return gunzipSync(packed).toString('utf8');
  } catch (error) {
    throw damagedValue('the facts of a page of files', error);
  }
}

/** True if both facts are equal, except for the URL, which may change with each answer. */
function isSameFile(one: FileFacts, other: FileFacts): boolean {
  const text = (file: FileFacts) => JSON.stringify(encodeFile({ ...file, url: null }));
  return text(one) === text(other);
}
