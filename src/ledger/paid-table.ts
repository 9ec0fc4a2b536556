import type { Connection, Statement } from './connection.ts';
import type { CostRule, CostTable } from './cost-table.ts';

/** The use of a paid operation for several items. */
export interface Purchase {
  /** Short name of the operation, as in a job's `limits.paid`. */
  readonly name: string;
  readonly seqs: readonly number[];
  /** Index of the step that pays. */
  readonly step: number;
  /** The price of an item; absent if the operation has none. */
  readonly price?: CostRule;
}

const WITH_SENDS = `
SELECT count(*) AS count FROM items
WHERE seq IN (SELECT value FROM json_each(?)) AND open_sends BETWEEN ? AND ?`;
const ANY_NUMBER = Number.MAX_SAFE_INTEGER;

/**
 * The number of items for which a run uses a paid operation. Each such item takes one unit of the budget, in
 * the transaction that writes the intent of its request. The item keeps its unit unless the request certainly
 * had no effect. A repeated request takes no second unit: ucbulk repeats a request only if a probe showed
 * that it had no effect. `take`, `giveBackLast` and `giveBackAll` read how many requests of an item have an
 * unknown result. Moving an item changes this number, so call these methods before you move the items.
 */
export class PaidTable {
  readonly #withSends: Statement;
  readonly #add: Statement;
  readonly #spent: Statement;
  readonly #unsent: Statement;

  readonly #costs: CostTable | null;

  /** `costs` is null if nothing is to be changed. */
  constructor(database: Connection, costs: CostTable | null) {
    this.#costs = costs;
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

  /**
   * Takes a unit of the budget for each item that has none, and its cost. If this would exceed the limit of the
   * items or that of the cost, takes none and returns false.
   */
  take({ name, seqs, step, price }: Purchase, limit: number | null): boolean {
    const wanted = this.#count(seqs, [0, 0]);
    if (limit !== null && wanted > 0 && this.spent(name) + wanted > limit) return false;
    if (price !== undefined && this.#costs?.take(step, seqs, wanted, price) === false) return false;
    this.#change(name, wanted);
    return true;
  }

  /**
   * Returns the unit of the budget of each item, because its last request had no effect. An item keeps its
   * unit if the result of another request is unknown.
   */
  giveBackLast(purchase: Purchase): void {
    this.#giveBack(purchase, [1, 1]);
  }

  /** Returns the unit of the budget of each item, because none of its requests had an effect. */
  giveBackAll(purchase: Purchase): void {
    this.#giveBack(purchase, [1, ANY_NUMBER]);
  }

  /** Number of units of the budget that all processes of the run have taken. */
  spent(name: string): number {
    return (this.#spent.get(name) as { spent: number } | undefined)?.spent ?? 0;
  }

  /** Number of claimed items of a step that have no unit of the budget yet. */
  unsent(step: number): number {
    return (this.#unsent.get(step) as { count: number }).count;
  }

  #giveBack({ name, seqs, step, price }: Purchase, sends: readonly [number, number]): void {
    const count = this.#count(seqs, sends);
    if (count === 0) return;
    this.#costs?.giveBack(step, seqs, { count, sends, price: price?.perItem ?? null });
    this.#change(name, -count);
  }

  #count(seqs: readonly number[], [least, most]: readonly [number, number]): number {
    return (this.#withSends.get(JSON.stringify(seqs), least, most) as { count: number }).count;
  }

  #change(name: string, change: number): void {
    if (change !== 0) this.#add.run(name, change);
  }
}
