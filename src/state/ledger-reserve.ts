import type { RunId } from '../core/run.ts';
import type { Release } from '../core/with-cleanup.ts';
import { RESERVE_PART, Reserve } from '../ledger/reserve.ts';
import type { StatePaths } from './state-paths.ts';

/** Space for the record of the run's end and for SQLite's other files, bytes. */
const BASE_BYTES = 4 * RESERVE_PART;

/** The size of a reserve, bytes: one part for each request that may be in flight when the disk becomes full. */
export function reserveBytes(concurrency: number): number {
  return BASE_BYTES + concurrency * RESERVE_PART;
}

/**
 * Reserves disk space for the last answers of a run. This process must hold the run's lock. `defer` receives
 * a function that removes what is left of the reserve.
 */
export function reserveSpace(
  run: RunId,
  concurrency: number,
  { paths, defer }: { paths: StatePaths; defer: (release: Release) => void },
): Reserve {
  const reserve = Reserve.allocate(paths.reserve(run), reserveBytes(concurrency));
  defer(() => reserve.remove());
  return reserve;
}
