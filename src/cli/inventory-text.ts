import { formatDuration } from '../core/duration.ts';
import type { UsedInventory } from '../inventory/inventory-age.ts';
import { formatInstant } from './text-table.ts';

/** Returns the inventory of a plan or a run for a JSON document. */
export function inventoryFact(inventory: UsedInventory | null) {
  if (inventory === null) return null;
  return { listedAt: formatInstant(inventory.listedAt), ageMs: Math.round(inventory.ageMs) };
}

/** Formats the age of the inventory of a plan or a run as the row of a table; no row if there is none. */
export function inventoryRow(inventory: UsedInventory | null): string[][] {
  if (inventory === null) return [];
  const { listedAt, ageMs } = inventory;
  return [['inventory', `${formatDuration(ageMs)} old, listed at ${formatInstant(listedAt)}`]];
}
