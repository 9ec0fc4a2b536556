import { ClassifiedError } from '../core/failure.ts';
import type { Connection, Statement } from './connection.ts';
import { sqliteCode } from './database-failure.ts';

/** A page of the source that was read. */
export interface PageRecord {
  readonly no: number;
  /** The cursor that the service gave for the page, unchanged; null for the first page. */
  readonly cursor: string | null;
  readonly next: string | null;
  readonly listed: number;
  readonly selected: number;
  /**
   * Number of entries that repeat an item of this page or of a recent page. It is 0 for a source with unique
   * keys. Other repeated entries are not in this number: `removeRepeats` finds and counts them.
   */
  readonly repeated: number;
  /** Number of invalid entries that ucbulk skips because the job allows it. They do not count as listed. */
  readonly rejected: number;
  /**
   * `seq` of the first selected item of the page. The page has `selected` items, with consecutive numbers.
   */
  readonly firstSeq: number;
  /** Server time when the page was last listed, ms. */
  readonly checkedAt: number;
}

interface PageRow extends Omit<PageRecord, 'checkedAt' | 'firstSeq'> {
  readonly first_seq: number;
  readonly checked_at: number;
}

/**
 * The pages of the source that were read, with their cursors. `engine/walk/walk-source.ts` writes a page and
 * its items in one transaction, so a resume continues after the last page.
 */
export class PageTable {
  readonly #insert: Statement;
  readonly #last: Statement;
  readonly #get: Statement;
  readonly #check: Statement;
  readonly #listed: Statement;
  readonly #selected: Statement;
  readonly #leftOut: Statement;

  constructor(database: Connection) {
    this.#insert = database.prepare(
      `INSERT INTO pages (no, cursor, next, listed, selected, repeated, rejected, first_seq, checked_at)
       VALUES (@no, @cursor, @next, @listed, @selected, @repeated, @rejected, @firstSeq, @checkedAt)`,
    );
    this.#last = database.prepare('SELECT * FROM pages ORDER BY no DESC LIMIT 1');
    this.#get = database.prepare('SELECT * FROM pages WHERE no = ?');
    this.#listed = database.prepare('SELECT coalesce(sum(listed), 0) AS listed FROM pages');
    this.#selected = database.prepare('SELECT coalesce(sum(selected), 0) AS selected FROM pages');
    this.#leftOut = database.prepare(
      `SELECT coalesce(sum(repeated), 0) AS repeated, coalesce(sum(rejected), 0) AS rejected
       FROM pages`,
    );
    this.#check = database.prepare('UPDATE pages SET checked_at = ? WHERE no = ?');
  }

  /**
   * Adds a page. If an earlier page had the same cursor, the listing runs in a loop, and this throws a
   * `ClassifiedError`.
   */
  insert(page: PageRecord): void {
    try {
      this.#insert.run(page);
    } catch (error) {
      if (sqliteCode(error) !== 'SQLITE_CONSTRAINT_UNIQUE') throw error;
      throw loopingListing(page.cursor);
    }
  }

  /** The last page that was read; null before the first. */
  last(): PageRecord | null {
    return toPage(this.#last.get());
  }

  /** Finds a page by its number. */
  get(no: number): PageRecord | null {
    return toPage(this.#get.get(no));
  }

  /** Number of items on all pages so far, before the filter. */
  listed(): number {
    return (this.#listed.get() as { listed: number }).listed;
  }

  /** Number of selected items on all pages so far, including repeated ones. */
  selected(): number {
    return (this.#selected.get() as { selected: number }).selected;
  }

  /** Number of repeated and of invalid entries on all pages so far. */
  leftOut(): Pick<PageRecord, 'repeated' | 'rejected'> {
    return this.#leftOut.get() as Pick<PageRecord, 'repeated' | 'rejected'>;
  }

  /** Records that the page was listed again. */
  markChecked(no: number, at: number): void {
    this.#check.run(at, no);
  }
}

/** The failure of a listing that returns to an earlier page. */
export function loopingListing(cursor: string | null): ClassifiedError {
  return new ClassifiedError({
    kind: 'fatal',
    effect: 'none',
    code: 'looping_listing',
    message: `The listing leads back to a page it gave before (${cursor ?? 'the first one'}), so ucbulk can't trust it to be complete. Nothing was done with it. Run this again later.`,
    fatalCause: 'service',
  });
}

function toPage(row: unknown): PageRecord | null {
  if (row === undefined) return null;
  const { first_seq, checked_at, ...page } = row as PageRow;
  return { ...page, firstSeq: first_seq, checkedAt: checked_at };
}
