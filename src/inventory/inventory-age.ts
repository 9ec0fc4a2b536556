import type { InventoryHeader } from './inventory-format.ts';

/** The inventory that a job uses. */
export interface UsedInventory {
  /** Time at which its listing began, ms since 1970. */
  readonly listedAt: number;
  /** Age when the plan or the summary was made, ms. */
  readonly ageMs: number;
}

/** Difference between clocks that is not an error, ms. */
export const CLOCK_SLACK_MS = 15 * 60_000;

/** The age of an inventory. A small negative age, after a correction of the clock, counts as 0. */
export function describeAge({ listedAt }: InventoryHeader, now: number): UsedInventory {
  const at = Date.parse(listedAt);
  const ageMs = now - at;
  return { listedAt: at, ageMs: ageMs < 0 && ageMs >= -CLOCK_SLACK_MS ? 0 : ageMs };
}
