import type { Connection, Statement } from './open-database.ts';

/** What was bought, and by which step. */
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
 * What a run spent on paid operations, by item. An item takes one place with the intent of its
 * request, in the same transaction, and has it while its effect is open: a repeated request, sent
 * because a look showed that the one before did nothing, needs no other. What surely had no effect
 * gives the place back; all else has spent it. The open sends of the items tell, so places are
 * taken before and given back before the items are moved.
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

  /** Takes places for the items that have none; false, and nothing is taken, where the limit has not enough. */
  take({ name, seqs }: Purchase, limit: number | null): boolean {
    const wanted = this.#count(seqs, [0, 0]);
    if (limit !== null && wanted > 0 && this.spent(name) + wanted > limit) return false;
    this.#change(name, wanted);
    return true;
  }

  /** A request surely had no effect: gives back the places of items of which no other is open. */
  giveBackLast({ name, seqs }: Purchase): void {
    this.#change(name, -this.#count(seqs, [1, 1]));
  }

  /** None of their requests had an effect: gives back the places of all of these items. */
  giveBackAll({ name, seqs }: Purchase): void {
    this.#change(name, -this.#count(seqs, [1, ANY_NUMBER]));
  }

  /** Places taken over the whole run, by all its processes. */
  spent(name: string): number {
    return (this.#spent.get(name) as { spent: number } | undefined)?.spent ?? 0;
  }

  /** Running items of a step that may still take a place. */
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
