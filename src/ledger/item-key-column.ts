import { isFileUuid } from '../core/file-uuid.ts';
import type { ItemKey } from '../core/item.ts';
import { damagedValue } from './kept-value.ts';

/** A key as the ledger keeps it: 16 bytes for a UUID (a third less room than text), else text. */
export function keyToColumn(key: ItemKey): Buffer | string {
  return isFileUuid(key) ? Buffer.from(key.replaceAll('-', ''), 'hex') : key;
}

/** The key a column stands for. */
export function keyFromColumn(column: Buffer | string): ItemKey {
  if (typeof column === 'string') return column;
  if (!Buffer.isBuffer(column)) throw damagedValue('an item has a key that is none');
  const hex = column.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
