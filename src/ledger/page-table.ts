import { ClassifiedError } from '../core/failure.ts';
import { sqliteCode } from './database-failure.ts';
import type { Connection, Statement } from './open-database.ts';

/** A page of the source, as it was walked. */
export interface PageRecord {
  readonly no: number;
  /** How the page was asked for, verbatim; null for the first one. */
  readonly cursor: string | null;
  readonly next: string | null;
  readonly listed: number;
  readonly selected: number;
  /** Of those listed, how many named an item again that was selected before. */
  readonly repeated: number;
  /** What was no item, and was left out as the job says; not among those listed. */
  readonly rejected: number;
  /** `seq` of its first item; its items are the `selected` ones from there on. */
  readonly firstSeq: number;
  /** Server time of the last look at it, ms. */
  readonly checkedAt: number;
}

interface PageRow extends Omit<PageRecord, 'checkedAt' | 'firstSeq'> {
  readonly first_seq: number;
  readonly checked_at: number;
}

/** Pages and cursors: how far the walk has come. */
export class PageTable {
  readonly #insert: Statement;
  readonly #last: Statement;
  readonly #get: Statement;
  readonly #check: Statement;
  readonly #listed: Statement;
  readonly #leftOut: Statement;

  constructor(database: Connection) {
    this.#insert = database.prepare(
      `INSERT INTO pages (no, cursor, next, listed, selected, repeated, rejected, first_seq, checked_at)
       VALUES (@no, @cursor, @next, @listed, @selected, @repeated, @rejected, @firstSeq, @checkedAt)`,
    );
    this.#last = database.prepare('SELECT * FROM pages ORDER BY no DESC LIMIT 1');
    this.#get = database.prepare('SELECT * FROM pages WHERE no = ?');
    this.#listed = database.prepare('SELECT coalesce(sum(listed), 0) AS listed FROM pages');
    this.#leftOut = database.prepare(
      `SELECT coalesce(sum(repeated), 0) AS repeated, coalesce(sum(rejected), 0) AS rejected
       FROM pages`,
    );
    this.#check = database.prepare('UPDATE pages SET checked_at = ? WHERE no = ?');
  }

  /** Adds a page; a cursor that was walked already is a loop in the listing. */
  insert(page: PageRecord): void {
    try {
      this.#insert.run(page);
    } catch (error) {
      if (sqliteCode(error) !== 'SQLITE_CONSTRAINT_UNIQUE') throw error;
      throw loopingListing(page.cursor);
    }
  }

  /** The last page that was walked; null before the first. */
  last(): PageRecord | null {
    return toPage(this.#last.get());
  }

  /** A page by its number. */
  get(no: number): PageRecord | null {
    return toPage(this.#get.get(no));
  }

  /** Items on all pages so far, before the filter. */
  listed(): number {
    return (this.#listed.get() as { listed: number }).listed;
  }

  /** What the pages so far had that is no item of its own. */
  leftOut(): Pick<PageRecord, 'repeated' | 'rejected'> {
    return this.#leftOut.get() as Pick<PageRecord, 'repeated' | 'rejected'>;
  }

  /** Notes that the page was listed again. */
  markChecked(no: number, at: number): void {
    this.#check.run(at, no);
  }
}

/** The failure of a listing that leads back to a page it gave before. */
export function loopingListing(cursor: string | null): ClassifiedError {
  return new ClassifiedError({
    kind: 'fatal',
    effect: 'none',
    code: 'looping_listing',
    message: `The listing leads back to a page it gave before (${cursor ?? 'the first one'}), so it can't be trusted to be complete. Nothing was done with it; try again later.`,
    fatalCause: 'service',
  });
}

function toPage(row: unknown): PageRecord | null {
  if (row === undefined) return null;
  const { first_seq, checked_at, ...page } = row as PageRow;
  return { ...page, firstSeq: first_seq, checkedAt: checked_at };
}
