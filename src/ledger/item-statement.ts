import type { Connection, Statement } from './connection.ts';

/**
 * A statement that changes several items. Most calls name consecutive items. For these the statement uses
 * `BETWEEN`, which needs less work than a list.
 */
export class ItemStatement {
  readonly #consecutive: Statement;
  readonly #listed: Statement;

  /** `sql` ends with conditions, to which the condition on the items is added. */
  constructor(database: Connection, sql: string) {
    this.#consecutive = database.prepare(`${sql} AND seq BETWEEN @first AND @last`);
    this.#listed = database.prepare(`${sql} AND seq IN (SELECT value FROM json_each(@seqs))`);
  }

  /** Runs the statement. Returns the number of changed items. */
  run(seqs: readonly number[], values: Readonly<Record<string, number>>): number {
    const [first = 0] = seqs;
    const { changes } = seqs.every((seq, place) => seq === first + place)
      ? this.#consecutive.run({ ...values, first, last: first + seqs.length - 1 })
      : this.#listed.run({ ...values, seqs: JSON.stringify(seqs) });
    return changes;
  }
}
