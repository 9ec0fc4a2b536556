import { type Connection, closeOnFailure, type Statement } from './connection.ts';
import { keyFromText } from './item-row.ts';
import { openDatabase } from './open-database.ts';

/** How a file must look after a step of an item. */
export interface ScratchEffect {
  /** Index of the project or bucket in which the step worked; null if no listing can show the effect. */
  readonly project: number | null;
  readonly file: string;
  readonly seq: number;
  readonly step: number;
  /** Key of the object; absent if the effect is not on an object of a bucket. */
  readonly key?: string;
  /** The expectation, as a text. */
  readonly expected: string;
}

/** An effect with its number, from 1. */
export interface NumberedEffect extends ScratchEffect {
  readonly no: number;
}

/** An effect on an object of a bucket. */
export interface KeyedEffect extends NumberedEffect {
  readonly key: string;
}

type Row = [
  no: number,
  project: number | null,
  file: string,
  seq: number,
  step: number,
  expected: string,
];

const SLICE = 1000;
const COLUMNS = `rowid, project, 'x' || hex(file), seq, step, expected FROM effects`;

/**
 * Expected effects of a run, in an unnamed file, which the system removes when the process ends. A million
 * effects need about 100 MB of disk space, and little memory.
 */
export class ScratchEffects {
  readonly #database: Connection;
  readonly #insert: Statement;
  #find: Statement | null = null;
  #count = 0;

  private constructor(database: Connection) {
    this.#database = database;
    // Nobody needs the file after the process ends, so rollback and sync are off.
    database.pragma('journal_mode = OFF');
    database.pragma('synchronous = OFF');
    database.exec(
      `CREATE TABLE effects (
        project INTEGER, file BLOB NOT NULL, seq INTEGER NOT NULL, step INTEGER NOT NULL, expected TEXT NOT NULL,
        key TEXT
      ) STRICT`,
    );
    this.#insert = database.prepare(
      `INSERT INTO effects SELECT value ->> 0, unhex(value ->> 1, '-'), value ->> 2, value ->> 3, value ->> 4, value ->> 5
       FROM json_each(?)`,
    );
  }

  /** Creates an empty set of effects. */
  static open(): ScratchEffects {
    const database = openDatabase('', { mode: 'write' });
    return closeOnFailure(database, () => new ScratchEffects(database));
  }

  /** Number of effects. */
  get count(): number {
    return this.#count;
  }

  /** Adds effects. */
  add(effects: readonly ScratchEffect[]): void {
    const rows = effects.map(({ project, file, seq, step, expected, key }) => {
      return [project, file, seq, step, expected, key ?? null];
    });
    this.#insert.run(JSON.stringify(rows));
    this.#count += rows.length;
  }

  /** Finds the effects on these files. No effect can be added after the first call. */
  find(project: number, files: readonly string[]): NumberedEffect[] {
    this.#find ??= this.#createIndex();
    return (this.#find.all(project, JSON.stringify(files)) as Row[]).map(toEffect);
  }

  /** All effects after the number `after`, in the order in which they were added. */
  *from(after: number, limit: number): Generator<NumberedEffect> {
    const read = this.#database
      .prepare(`SELECT ${COLUMNS} WHERE rowid > ? ORDER BY rowid LIMIT ?`)
      .raw();
    for (const row of read.all(after, limit) as Row[]) yield toEffect(row);
  }

  /**
   * The effects on the objects of a bucket, in the order of the UTF-8 bytes of their keys. No effect can be added after
   * the first call.
   */
  *inKeyOrder(bucket: number): Generator<KeyedEffect> {
    this.#database.exec(
      'CREATE INDEX IF NOT EXISTS effects_key ON effects (project, key) WHERE key IS NOT NULL',
    );
    const read = this.#database
      .prepare(
        `SELECT ${COLUMNS.replace(' FROM', ', key FROM')}
         WHERE project = ? AND key IS NOT NULL AND (key, rowid) > (?, ?) ORDER BY key, rowid LIMIT ?`,
      )
      .raw();
    let last = { key: '', no: 0 };
    for (;;) {
      const rows = read.all(bucket, last.key, last.no, SLICE) as [...Row, key: string][];
      for (const [no, project, file, seq, step, expected, key] of rows) {
        last = { key, no };
        yield { ...toEffect([no, project, file, seq, step, expected]), key };
      }
      if (rows.length < SLICE) return;
    }
  }

  /** Closes the file. */
  close(): void {
    this.#database.close();
  }

  #createIndex(): Statement {
    // One sort is cheaper than changing the index for each row.
    this.#database.exec('CREATE INDEX effects_file ON effects (file)');
    return this.#database
      .prepare(
        `SELECT ${COLUMNS}
         WHERE project = ? AND file IN (SELECT unhex(value, '-') FROM json_each(?)) ORDER BY rowid`,
      )
      .raw();
  }
}

function toEffect([no, project, file, seq, step, expected]: Row): NumberedEffect {
  return { no, project, file: keyFromText(file), seq, step, expected };
}
