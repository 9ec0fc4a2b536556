import type { ItemKey } from '../core/item.ts';
import { ITEM_STATES, type ItemState } from '../core/item-state.ts';
import type { StateCounts } from '../core/state-counts.ts';
import type { Connection } from './connection.ts';
import { keyToColumn, stateFromCode } from './item-row.ts';
import { OPEN } from './item-table.ts';
import { schemaVersion } from './migrate.ts';

/** Defines which items to find. A filter that is absent does not filter. */
export interface ItemFilter {
  readonly state?: ItemState;
  /** Index of the step. */
  readonly step?: number;
  /**
   * With a reason, `state` and `step` are those of the outcome with this reason. The item may have continued
   * at a later step since.
   */
  readonly reason?: string;
  readonly key?: ItemKey;
  /** Only items after this one. */
  readonly after: number;
  readonly limit: number;
}

/** Items with the same state, step and reason. */
export interface CauseCount {
  readonly state: ItemState;
  readonly step: number;
  /** Null if the ledger has none. */
  readonly reason: string | null;
  readonly count: number;
  /** The first of these items. */
  readonly item: number;
}

/** The outcomes in the index `outcomes_causes`. A query uses the index only if it contains exactly these conditions. */
const WITH_CAUSE = `outcomes.state IN (3, 5, 6) AND outcomes.reason IS NOT 'condition'`;
const CAUSE_STATES: readonly ItemState[] = ['in-doubt', 'skipped', 'failed'];
const CAUSES = `
SELECT state, step, reason, count(*) AS count, min(item) AS item FROM outcomes
WHERE ${WITH_CAUSE} GROUP BY state, reason, step ORDER BY count DESC, state, step, reason LIMIT ?`;
const OPEN_STATES: readonly ItemState[] = ['pending', 'running', 'waiting', 'in-doubt'];
/** The first schema with the index `outcomes_causes`. */
const INDEX_SCHEMA = 5;

/** Counts items that failed, were skipped or are in doubt, by cause, most frequent first. */
export function countCauses(database: Connection, limit: number): CauseCount[] {
  const rows = database.prepare(CAUSES).all(limit) as (Omit<CauseCount, 'state'> & {
    state: number;
  })[];
  return rows.map((row) => ({ ...row, state: stateFromCode(row.state) }));
}

/** Finds items, in the order of the selection. Returns their numbers. `counts`: the counts of all items. */
export function findItems(database: Connection, filter: ItemFilter, counts: StateCounts): number[] {
  const { state, step, reason, key, after, limit } = filter;
  const sql =
    reason === undefined ? selectByState(database, filter, counts) : selectByReason(filter);
  return database
    .prepare(`${sql} LIMIT @limit`)
    .pluck()
    .all({
      after,
      limit,
      ...(state !== undefined && { state: ITEM_STATES.indexOf(state) }),
      ...(step !== undefined && { step }),
      ...(reason !== undefined && { reason }),
      ...(key !== undefined && { key: keyToColumn(key) }),
    }) as number[];
}

/** Finds items that one of these steps ended as done with a result, in order. Returns their numbers. */
export function findResults(
  database: Connection,
  { steps, after, limit }: { steps: readonly number[]; after: number; limit: number },
): number[] {
  return database
    .prepare(
      `SELECT DISTINCT item FROM outcomes WHERE item > ? AND result IS NOT NULL AND state <> 6
       AND step IN (SELECT value FROM json_each(?)) ORDER BY item LIMIT ?`,
    )
    .pluck()
    .all(after, JSON.stringify(steps), limit) as number[];
}

function selectByReason({ state, step, key }: ItemFilter): string {
  const conditions = [
    ...(state === undefined || CAUSE_STATES.includes(state) ? [WITH_CAUSE] : []),
    ...(state === undefined ? [] : ['outcomes.state = @state']),
    'outcomes.reason = @reason',
    ...(step === undefined ? [] : ['outcomes.step = @step']),
    'item > @after',
    ...(key === undefined ? [] : ['item IN (SELECT seq FROM items WHERE key = @key)']),
  ];
  return `SELECT DISTINCT item FROM outcomes WHERE ${conditions.join(' AND ')} ORDER BY item`;
}

function selectByState(database: Connection, filter: ItemFilter, counts: StateCounts): string {
  const { state, step, key } = filter;
  const conditions = [
    ...(state === undefined ? [] : ['items.state = @state']),
    ...(step === undefined ? [] : ['items.step = @step']),
    ...(key === undefined ? [] : ['items.key = @key']),
  ];
  // A scan in the order of the items soon finds items with a frequent state. Rare items need an index.
  const isRare = state !== undefined && key === undefined && counts[state] < counts.total / 2;
  if (isRare && OPEN_STATES.includes(state)) {
    return `SELECT seq FROM items INDEXED BY items_open
      WHERE ${[OPEN, STEPS, ...conditions].join(' AND ')} AND seq > @after ORDER BY seq`;
  }
  if (isRare && CAUSE_STATES.includes(state) && schemaVersion(database) >= INDEX_SCHEMA) {
    return `SELECT DISTINCT item FROM outcomes
      WHERE ${WITH_CAUSE} AND outcomes.state = @state AND item > @after
        AND EXISTS (SELECT 1 FROM items WHERE ${['seq = item', ...conditions].join(' AND ')}) ORDER BY item`;
  }
  return `SELECT seq FROM items WHERE ${['seq > @after', ...conditions].join(' AND ')} ORDER BY seq`;
}

/** Lets SQLite look up each step in the index `items_open`, whose first column is the step. */
const STEPS = 'items.step IN (SELECT DISTINCT step FROM counters)';
