import type { Random } from './world.ts';

const BASE_MS = 500;
const CAP_MS = 60_000;

/**
 * Delay after so many failures in a row, ms, for requests and for attempts at an item. It has full jitter:
 * what failed together must not be retried together.
 */
export function backoffDelay(failures: number, random: Random, capMs = CAP_MS): number {
  return Math.ceil(random() * Math.min(capMs, BASE_MS * 2 ** (failures - 1)));
}
