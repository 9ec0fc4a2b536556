import { isFileUuid } from '../core/file-uuid.ts';
import type { Item, ItemKey } from '../core/item.ts';
import { ITEM_STATES, type ItemState } from '../core/item-state.ts';
import type { JsonObject } from '../core/json.ts';
import { damagedValue, parseStoredJson } from './database-failure.ts';

/** An item, with the page on which it was listed. */
export interface ClaimedItem extends Item {
  readonly page: number;
}

/** An item with its step and state. */
export interface PlacedItem extends ClaimedItem {
  readonly step: number;
  readonly state: ItemState;
}

/** The columns of `items` that an `ItemRow` has. */
export const ITEM_COLUMNS = `items.seq, items.key, items.page, items.attempts, items.open_sends,
  items.attempt,
  (SELECT sent_at FROM attempts WHERE attempts.id = items.attempt) AS sent_at,
  (SELECT baseline FROM attempts WHERE attempts.id = items.attempt) AS baseline,
  (SELECT details FROM item_details WHERE item_details.item = items.seq) AS details`;

/** A row of `ITEM_COLUMNS`. */
export interface ItemRow {
  readonly seq: number;
  readonly key: Buffer | string;
  readonly page: number;
  readonly attempts: number;
  readonly open_sends: number;
  readonly attempt: number | null;
  readonly sent_at: number | null;
  readonly baseline: string | null;
  readonly details: string | null;
}

/** An `ItemRow` with the step and state of the item. */
export interface PlacedItemRow extends ItemRow {
  readonly step: number;
  readonly state: number;
}

/** Converts a row to an item. */
export function toItem(row: ItemRow): ClaimedItem {
  return {
    seq: row.seq,
    key: keyFromColumn(row.key),
    page: row.page,
    attempts: row.attempts,
    openSends: row.open_sends,
    sentAt: row.sent_at,
    ...(row.attempt !== null && {
      intent: { id: row.attempt, baseline: parseObject(row.baseline) },
    }),
    file: null,
    details: parseObject(row.details),
  };
}

function parseObject(text: string | null): JsonObject | null {
  return text === null ? null : parseStoredJson<JsonObject>(text);
}

/** Converts a row to an item with its step and state. */
export function toPlacedItem(row: PlacedItemRow): PlacedItem {
  return { ...toItem(row), step: row.step, state: stateFromCode(row.state) };
}

/** The item state for a stored number. Throws a `UserError` if the ledger is damaged. */
export function stateFromCode(code: number): ItemState {
  const state = ITEM_STATES[code];
  if (state === undefined) throw damagedValue(`an item has the state ${code}`);
  return state;
}

/**
 * Converts a key to its form in the ledger. A UUID becomes 16 bytes, which needs a third less space than
 * text. Any other key stays text.
 */
export function keyToColumn(key: ItemKey): Buffer | string {
  return isFileUuid(key) ? Buffer.from(key.replaceAll('-', ''), 'hex') : key;
}

/** Converts a key from its form in the ledger. Throws a `UserError` if the ledger is damaged. */
export function keyFromColumn(column: Buffer | string): ItemKey {
  if (typeof column === 'string') return column;
  if (!Buffer.isBuffer(column)) throw damagedValue('an item has a key that is none');
  const hex = column.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
