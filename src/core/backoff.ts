import type { Random } from './world.ts';

const BASE_MS = 500;
const CAP_MS = 60_000;

/**
 * The delay after a number of failures in a row, ms. The maximum doubles with each failure, and the delay is
 * a random part of it ("full jitter"). The random part prevents requests that failed together from being
 * retried together.
 */
export function backoffDelay(failures: number, random: Random, capMs = CAP_MS): number {
  return Math.ceil(random() * Math.min(capMs, BASE_MS * 2 ** (failures - 1)));
}
