import type { Connection, Statement } from './connection.ts';
import { keyToColumn } from './item-row.ts';

/** The name of something in an answer of the service: a file, a group or a token. */
export interface AnswerName {
  /** `file`, `group`, or the set of jobs among which a token is unique. */
  readonly space: string;
  readonly id: string;
}

/** The item to which an answer belongs. */
export interface AnswerOwner {
  readonly item: number;
  readonly step: number;
  /**
   * The unit of work (an operation on a file or group), which several items may share; null if it was not
   * recorded.
   */
  readonly work: string | null;
}

/**
 * Records to which unit of work each name from an answer belongs. The table has one row per name, so no name
 * can belong to two units.
 */
export class AnswerTable {
  readonly #insert: Statement;
  readonly #owner: Statement;
  readonly #listed: Statement;

  constructor(database: Connection) {
    this.#insert = database.prepare(
      'INSERT OR IGNORE INTO answers (space, id, item, step, work) VALUES (?, ?, ?, ?, ?)',
    );
    this.#owner = database.prepare(
      'SELECT item, step, work FROM answers WHERE space = ? AND id = ?',
    );
    this.#listed = database.prepare('SELECT seq FROM items WHERE key = ? LIMIT 1').pluck();
  }

  /** The owner of a name; null if it has none. */
  owner({ space, id }: AnswerName): AnswerOwner | null {
    return (this.#owner.get(space, id) as AnswerOwner | undefined) ?? null;
  }

  /** Records the owner of a name. Does nothing if the name already has an owner. */
  take({ space, id }: AnswerName, { item, step, work }: AnswerOwner): void {
    this.#insert.run(space, id, item, step, work);
  }

  /**
   * Finds the item of the selection with this key; null if there is none. This is slow, because it reads all
   * items.
   */
  itemWithKey(key: string): number | null {
    return (this.#listed.get(keyToColumn(key)) as number | undefined) ?? null;
  }
}
