import type { Random } from './world.ts';

const BASE_MS = 500;
const CAP_MS = 60_000;

/**
 * The delay after a number of consecutive failures, ms. Used for requests and for attempts at an item. The
 * delay has full jitter, so that work that failed together is not retried together.
 */
export function backoffDelay(failures: number, random: Random, capMs = CAP_MS): number {
  return Math.ceil(random() * Math.min(capMs, BASE_MS * 2 ** (failures - 1)));
}
