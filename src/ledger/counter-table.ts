import { ITEM_STATES, type ItemState } from '../core/item-state.ts';
import { type StateCounts, stateCounts } from '../core/state-counts.ts';
import type { Connection, Statement } from './connection.ts';
import { stateFromCode } from './item-row.ts';

type CounterRow = readonly [step: number, state: number, count: number];

/**
 * Counts of items by step and state. Only `ItemTable` and `SelectionTable` change them, in the transaction
 * that changes the items.
 */
export class CounterTable {
  readonly #add: Statement;
  readonly #all: Statement;

  constructor(database: Connection) {
    this.#add = database.prepare(
      `INSERT INTO counters (step, state, count) VALUES (?, ?, ?)
       ON CONFLICT DO UPDATE SET count = count + excluded.count`,
    );
    this.#all = database.prepare('SELECT step, state, count FROM counters').raw();
  }

  /** Adds `count` to a counter. A negative count subtracts. */
  add(step: number, state: ItemState, count: number): void {
    this.#add.run(step, ITEM_STATES.indexOf(state), count);
  }

  /** The counts of each step that any item has reached. */
  byStep(): Map<number, StateCounts> {
    const partial = new Map<number, Partial<Record<ItemState, number>>>();
    for (const [step, code, count] of this.#all.all() as CounterRow[]) {
      const counts = partial.get(step) ?? {};
      counts[stateFromCode(code)] = count;
      partial.set(step, counts);
    }
    return new Map([...partial].map(([step, counts]) => [step, stateCounts(counts)]));
  }

  /** The counts over all steps. */
  overall(): StateCounts {
    const sum: Partial<Record<ItemState, number>> = {};
    for (const [, code, count] of this.#all.all() as CounterRow[]) {
      const state = stateFromCode(code);
      sum[state] = (sum[state] ?? 0) + count;
    }
    return stateCounts(sum);
  }
}
