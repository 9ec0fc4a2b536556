import type { RunId } from '../core/run.ts';
import type { Release } from '../core/with-cleanup.ts';
import { RESERVE_PART, Reserve } from '../ledger/reserve.ts';
import type { StatePaths } from './state-paths.ts';

/** For the end of the run itself, and for what SQLite needs beside its log, bytes. */
const BASE_BYTES = 4 * RESERVE_PART;

/**
 * Sets disk space aside for a run whose lock is held: one part for each request that may be on its
 * way when the disk turns out to be full. `defer` removes what is left of it.
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
