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
  readonly #factsOf: Statement | null;
  readonly #deletesOf: Statement | null;

  constructor(database: Connection) {
    const hasTables = schemaVersion(database) >= SINCE_SCHEMA;
    const prepare = (sql: string) => (hasTables ? database.prepare(sql) : null);
    this.#addFacts = prepare('INSERT INTO file_facts (page, seen_at, facts) VALUES (?, ?, ?)');
    this.#addDelete = prepare(
      'INSERT INTO deletes (step, first, last, at, facts) VALUES (@step, @first, @last, @at, @facts)',
    );
    this.#factsOf = prepare('SELECT seen_at, facts FROM file_facts WHERE page = ? ORDER BY id');
    this.#deletesOf = prepare(
      'SELECT * FROM deletes WHERE last BETWEEN ? AND ? AND first <= ? ORDER BY id',
    );
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

  /**
   * Records deletes that had their effect. `seqs`: the items, in any order. `files`: the files as the answer
   * showed them, for items whose facts no listing has shown.
   */
  addDeletes(
    seqs: readonly number[],
    { step, at, files = [] }: Pick<DeleteRecord, 'step' | 'at'> & { files?: readonly FileFacts[] },
  ): void {
    let facts = files.length === 0 ? null : pack(files);
    for (const { first, last } of ranges(seqs)) {
      this.#addDelete?.run({ step, first, last, at, facts });
      facts = null;
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

/** Divides numbers into ranges of consecutive ones. */
function ranges(seqs: readonly number[]): { first: number; last: number }[] {
  const found: { first: number; last: number }[] = [];
  for (const seq of seqs.toSorted((one, other) => one - other)) {
    const range = found.at(-1);
    if (range?.last === seq - 1 && seq - range.first < MAX_RANGE) range.last = seq;
    else found.push({ first: seq, last: seq });
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
