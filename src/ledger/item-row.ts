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

/** The key of an item as one text for both kinds of keys: SQLite converts a UUID to hexadecimal digits. */
export const KEY_TEXT = `CASE typeof(items.key)
  WHEN 'blob' THEN 'x' || hex(items.key) WHEN 'text' THEN 't' || items.key END`;

/**
 * The columns of `items` that an `ItemRow` has. Read them with `raw()`: rows as arrays, with keys as text, need
 * less than half the time of rows as objects with keys as buffers.
 */
export const ITEM_COLUMNS = `items.seq, ${KEY_TEXT},
  items.page, items.attempts, items.open_sends, items.attempt,
  (SELECT sent_at FROM attempts WHERE attempts.id = items.attempt),
  (SELECT baseline FROM attempts WHERE attempts.id = items.attempt),
  (SELECT details FROM item_details WHERE item_details.item = items.seq)`;

/** A row of `ITEM_COLUMNS`. */
export type ItemRow = readonly [
  seq: number,
  key: string | null,
  page: number,
  attempts: number,
  openSends: number,
  attempt: number | null,
  sentAt: number | null,
  baseline: string | null,
  details: string | null,
];

/** An `ItemRow` with the step and state of the item. */
export type PlacedItemRow = readonly [...ItemRow, step: number, state: number];

/** Converts a row to an item. */
export function toItem(row: ItemRow | PlacedItemRow): ClaimedItem {
  const [seq, key, page, attempts, openSends, attempt, sentAt, baseline, details] = row;
  const item = {
    seq,
    key: keyFromText(key),
    page,
    attempts,
    openSends,
    sentAt,
    file: null,
    details: parseObject(details),
  };
  if (attempt === null) return item;
  return { ...item, intent: { id: attempt, baseline: parseObject(baseline) } };
}

/** Converts a key from the value of `KEY_TEXT`. Throws a `UserError` if the ledger is damaged. */
export function keyFromText(text: string | null): ItemKey {
  if (text === null) throw keyDamaged();
  return text.startsWith('t') ? text.slice(1) : uuidFromHex(text.slice(1).toLowerCase());
}

function parseObject(text: string | null): JsonObject | null {
  return text === null ? null : parseStoredJson<JsonObject>(text);
}

/** Converts a row to an item with its step and state. */
export function toPlacedItem(row: PlacedItemRow): PlacedItem {
  return { ...toItem(row), step: row[9], state: stateFromCode(row[10]) };
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
  if (!Buffer.isBuffer(column)) throw keyDamaged();
  return uuidFromHex(column.toString('hex'));
}

function uuidFromHex(hex: string): string {
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

function keyDamaged() {
  return damagedValue('an item has a key that is none');
}
