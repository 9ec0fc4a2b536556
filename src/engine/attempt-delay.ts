import type { Random } from '../core/world.ts';

const BASE_MS = 500;
const CAP_MS = 60_000;

/** Full jitter: items that failed together must not come back together (`reliability.md` I.6). */
export function attemptDelay(attempts: number, random: Random): number {
  return Math.ceil(random() * Math.min(CAP_MS, BASE_MS * 2 ** attempts));
}
