import type { RunId } from '../core/run.ts';
import type { Release } from '../core/with-cleanup.ts';
import { RESERVE_PART, Reserve } from '../ledger/reserve.ts';
import type { StatePaths } from './state-paths.ts';

/** Space for recording the end of the run and for SQLite's side files, bytes. */
const BASE_BYTES = 4 * RESERVE_PART;

/**
 * Reserves disk space for a run whose lock this process holds: one part for each request that may be in
 * flight when the disk is full. `defer` registers the removal of what is left.
 */
export function reserveSpace(
  run: RunId,
  concurrency: number,
  { paths, defer }: { paths: StatePaths; defer: (release: Release) => void },
): Reserve {
  const reserve = Reserve.allocate(paths.reserve(run), BASE_BYTES + concurrency * RESERVE_PART);
  defer(() => reserve.remove());
  return reserve;
}
