import { keyToColumn } from './item-row.ts';
import type { Connection, Statement } from './open-database.ts';

/** Something that the service named in an answer. */
export interface AnswerName {
  /** `file`, `group`, or what a token is unique in. */
  readonly space: string;
  readonly id: string;
}

/** Who an answer belongs to. */
export interface AnswerOwner {
  readonly item: number;
  readonly step: number;
  /** The unit of work, which several items may share; null if it was not recorded. */
  readonly work: string | null;
}

/** Which unit of work each answer belongs to: the key is unique, so none is taken twice. */
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

  /** Who has the answer; null if nobody has. */
  owner({ space, id }: AnswerName): AnswerOwner | null {
    return (this.#owner.get(space, id) as AnswerOwner | undefined) ?? null;
  }

  /** Records that the answer belongs to this owner from now on; the first owner stays. */
  take({ space, id }: AnswerName, { item, step, work }: AnswerOwner): void {
    this.#insert.run(space, id, item, step, work);
  }

  /** The item of the selection with this key; null if there is none. Reads all items. */
  itemWithKey(key: string): number | null {
    return (this.#listed.get(keyToColumn(key)) as number | undefined) ?? null;
  }
}
