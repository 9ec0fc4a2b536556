import type { ItemKey } from '../core/item.ts';
import { ITEM_STATES, type ItemState } from '../core/item-state.ts';
import type { Connection } from './connection.ts';
import { keyFromColumn, stateFromCode } from './item-row.ts';

/** Items that failed or are in doubt at the same step with the same message. */
export interface MessageCount {
  readonly state: ItemState;
  /** Index of the step. */
  readonly step: number;
  /** The failure code; null if the ledger has none. */
  readonly reason: string | null;
  /** The message of the first of these items, such as the text that the service sent; null if it has none. */
  readonly message: string | null;
  readonly count: number;
  /** Key of the first of these items. */
  readonly key: ItemKey;
  /** Request id of the first of these items, for the support of the service; null if there is none. */
  readonly requestId: string | null;
}

/** Beyond this number of different messages, further ones are not counted, so that memory use stays small. */
const MAX_MESSAGES = 1000;

const PAGE = 1000;

const MESSAGES = `
SELECT item, step, state, reason, message, request_id FROM outcomes
WHERE state IN (${ITEM_STATES.indexOf('in-doubt')}, ${ITEM_STATES.indexOf('failed')})
  AND (item, step) > (?, ?) ORDER BY item, step LIMIT ${PAGE}`;

type MessageRow = readonly [
  item: number,
  step: number,
  state: number,
  reason: string | null,
  message: string | null,
  requestId: string | null,
];

/**
 * Counts items that failed or are in doubt, by the message of their cause, most frequent first. Messages that differ
 * only in numbers and UUIDs count as one.
 */
export function countMessages(database: Connection, limit: number): MessageCount[] {
  const groups = new Map<string, { row: MessageRow; count: number }>();
  for (const row of readMessages(database)) {
    const [, step, state, reason, message] = row;
    const key = `${step} ${state} ${reason} ${generalize(message ?? '')}`;
    const group = groups.get(key);
    if (group !== undefined) group.count += 1;
    else if (groups.size < MAX_MESSAGES) groups.set(key, { row, count: 1 });
  }
  const keyAt = database.prepare('SELECT key FROM items WHERE seq = ?').pluck();
  return [...groups.values()]
    .sort((one, other) => other.count - one.count || one.row[0] - other.row[0])
    .slice(0, limit)
    .map(({ row: [item, step, state, reason, message, requestId], count }) => ({
      state: stateFromCode(state),
      step,
      reason,
      message,
      count,
      key: keyFromColumn(keyAt.get(item) as Buffer | string),
      requestId,
    }));
}

function* readMessages(database: Connection): Generator<MessageRow> {
  const next = database.prepare(MESSAGES).raw();
  let page = next.all(-1, -1) as MessageRow[];
  for (;;) {
    yield* page;
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) return;
    page = next.all(last[0], last[1]) as MessageRow[];
  }
}

/** Replaces UUIDs and numbers, which differ in messages about the same cause. */
function generalize(message: string): string {
  return message.replaceAll(/[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}|\d+/g, '#');
}
