import type { Connection, Statement } from './connection.ts';

/** A purchase of a paid operation for items. */
export interface Purchase {
  /** Short name of the operation, as in a job's `limits.paid`. */
  readonly name: string;
  readonly seqs: readonly number[];
}

const WITH_SENDS = `
SELECT count(*) AS count FROM items
WHERE seq IN (SELECT value FROM json_each(?)) AND open_sends BETWEEN ? AND ?`;
const ANY_NUMBER = Number.MAX_SAFE_INTEGER;

/**
 * The spending of a run on paid operations, counted in items.
 * An item takes one unit of the limit in the transaction that writes the intent of its request. It keeps the
 * unit while the effect of the request is unknown. If the request certainly had no effect, the unit is
 * released; in all other cases it is spent. A repeated request needs no second unit, because a probe showed
 * that the earlier request had no effect.
 * The table reads the open sends of the items. So take and release units before you move the items.
 */
export class PaidTable {
  readonly #withSends: Statement;
  readonly #add: Statement;
  readonly #spent: Statement;
  readonly #unsent: Statement;

  constructor(database: Connection) {
    this.#withSends = database.prepare(WITH_SENDS);
    this.#add = database.prepare(
      `INSERT INTO paid (name, spent) VALUES (?, ?)
       ON CONFLICT DO UPDATE SET spent = spent + excluded.spent`,
    );
    this.#spent = database.prepare('SELECT spent FROM paid WHERE name = ?');
    this.#unsent = database.prepare(
      `SELECT count(*) AS count FROM items
       WHERE items.state < 4 AND step = ? AND state = 1 AND open_sends = 0`,
    );
  }

  /** Takes a unit for each item that has none. Returns false and takes no unit if the limit is too low. */
  take({ name, seqs }: Purchase, limit: number | null): boolean {
    const wanted = this.#count(seqs, [0, 0]);
    if (limit !== null && wanted > 0 && this.spent(name) + wanted > limit) return false;
    this.#change(name, wanted);
    return true;
  }

  /** Releases the units of items after a request without effect, unless an item has another open request. */
  giveBackLast({ name, seqs }: Purchase): void {
    this.#change(name, -this.#count(seqs, [1, 1]));
  }

  /** Releases the units of all these items, because none of their requests had an effect. */
  giveBackAll({ name, seqs }: Purchase): void {
    this.#change(name, -this.#count(seqs, [1, ANY_NUMBER]));
  }

  /** Number of units that all processes of the run have taken. */
  spent(name: string): number {
    return (this.#spent.get(name) as { spent: number } | undefined)?.spent ?? 0;
  }

  /** Number of running items of a step that may still take a unit. */
  unsent(step: number): number {
    return (this.#unsent.get(step) as { count: number }).count;
  }

  #count(seqs: readonly number[], [least, most]: readonly [number, number]): number {
    return (this.#withSends.get(JSON.stringify(seqs), least, most) as { count: number }).count;
  }

  #change(name: string, change: number): void {
    if (change !== 0) this.#add.run(name, change);
  }
}
