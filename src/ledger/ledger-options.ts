import type { Clock, CrashHook } from '../core/world.ts';
import type { Reserve } from './reserve.ts';

/** Options of an open ledger. */
export interface LedgerOptions {
  readonly clock: Clock;
  /** Called at each point at which a test may kill the process. */
  readonly crash?: CrashHook;
  /** `PRAGMA max_page_count`. Tests use it to simulate a full disk. */
  readonly maxPages?: number | undefined;
  /** Disk space in which answers are recorded if the disk is full. `close` removes it. */
  readonly reserve?: Reserve | undefined;
}
