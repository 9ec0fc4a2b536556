import Database from 'better-sqlite3';

/** A file of the ledger. */
export interface LedgerRow {
  readonly id: number;
  readonly uuid: string;
}

const SCHEMA = `
CREATE TABLE items (id INTEGER PRIMARY KEY, uuid TEXT NOT NULL, state INTEGER NOT NULL DEFAULT 0, result TEXT);
CREATE TABLE listing (next TEXT);
INSERT INTO listing VALUES (NULL);
`;
const SENT = 1;
const DONE = 2;
const FAILED = 3;
const READ_AHEAD = 100;

interface GroupedWrite {
  readonly write: () => void;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * The smallest ledger from which a run can resume after a power cut: every commit waits for the disk. It reads
 * the files in the order of their numbers, so it needs no index.
 */
export class FloorLedger {
  readonly #database: Database.Database;
  readonly #insert;
  readonly #saveNext;
  readonly #read;
  readonly #markRange;
  readonly #mark;
  #lastRead = 0;
  #ahead: LedgerRow[] = [];
  #group: GroupedWrite[] = [];

  constructor(path: string) {
    const database = new Database(path);
    database.pragma('journal_mode = WAL');
    database.pragma('synchronous = FULL');
    database.exec(SCHEMA);
    this.#database = database;
    this.#insert = database.prepare<[string]>('INSERT INTO items (uuid) VALUES (?)');
    this.#saveNext = database.prepare<[string | null]>('UPDATE listing SET next = ?');
    this.#read = database.prepare<[number, number], LedgerRow>(
      'SELECT id, uuid FROM items WHERE id > ? ORDER BY id LIMIT ?',
    );
    this.#markRange = database.prepare<[number, number, number]>(
      'UPDATE items SET state = ? WHERE id BETWEEN ? AND ?',
    );
    this.#mark = database.prepare<[number, string | null, number]>(
      'UPDATE items SET state = ?, result = ? WHERE id = ?',
    );
  }

  /** Records a page of the listing and the address of the next one. */
  insertPage(uuids: readonly string[], next: string | null): void {
    this.#commit(() => {
      for (const uuid of uuids) this.#insert.run(uuid);
      this.#saveNext.run(next);
    });
  }

  /** The next files of a batch. They are recorded as sent before the request leaves. */
  claim(count: number): LedgerRow[] {
    const rows = this.#readRows(count);
    const range = rangeOf(rows);
    if (range !== null) this.#commit(() => this.#markRange.run(SENT, ...range));
    return rows;
  }

  /** Records the outcome of a batch: all its files are done, except those that the service refused. */
  finish(rows: readonly LedgerRow[], refused: Readonly<Record<string, string>>): void {
    const range = rangeOf(rows);
    if (range === null) return;
    this.#commit(() => {
      this.#markRange.run(DONE, ...range);
      for (const [uuid, problem] of Object.entries(refused)) {
        const row = rows.find((one) => one.uuid === uuid);
        if (row !== undefined) this.#mark.run(FAILED, problem, row.id);
      }
    });
  }

  /** The next file that gets a request of its own. */
  next(): LedgerRow | undefined {
    if (this.#ahead.length === 0) this.#ahead = this.#readRows(READ_AHEAD).reverse();
    return this.#ahead.pop();
  }

  /** Resolves when the file is recorded as sent. */
  markSent({ id }: LedgerRow): Promise<void> {
    return this.#inGroup(() => this.#mark.run(SENT, null, id));
  }

  /** Resolves when the file is recorded as done. */
  markDone({ id }: LedgerRow, result: string | null): Promise<void> {
    return this.#inGroup(() => this.#mark.run(DONE, result, id));
  }

  countDone(): number {
    const row = this.#database
      .prepare<[], { count: number }>(`SELECT count(*) AS count FROM items WHERE state = ${DONE}`)
      .get();
    return row?.count ?? 0;
  }

  close(): void {
    this.#database.close();
  }

  #readRows(count: number): LedgerRow[] {
    const rows = this.#read.all(this.#lastRead, count);
    this.#lastRead = rows.at(-1)?.id ?? this.#lastRead;
    return rows;
  }

  /** Writes of the same turn of the event loop share one commit. */
  #inGroup(write: () => void): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#group.push({ write, resolve, reject });
      if (this.#group.length === 1) setImmediate(() => this.#commitGroup());
    });
  }

  #commitGroup(): void {
    const group = this.#group;
    this.#group = [];
    try {
      this.#commit(() => {
        for (const { write } of group) write();
      });
      for (const { resolve } of group) resolve();
    } catch (error) {
      for (const { reject } of group) reject(error);
    }
  }

  #commit(writes: () => void): void {
    this.#database.transaction(writes)();
  }
}

/** The first and the last number; null if there are no rows. */
function rangeOf(rows: readonly LedgerRow[]): [number, number] | null {
  const [first, last] = [rows[0], rows.at(-1)];
  return first === undefined || last === undefined ? null : [first.id, last.id];
}
