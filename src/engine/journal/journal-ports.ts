import type { CrashHook } from '../../core/world.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { RunListener } from '../run-events.ts';
import type { RecordedStep } from '../tasks/step-items.ts';

/** What the journal needs beside the ledger. */
export interface JournalPorts {
  readonly ledger: Ledger;
  /** Steps of the job; an item that is done at the last one is done. */
  readonly steps: readonly RecordedStep[];
  readonly serverNow: () => number;
  readonly crash: CrashHook;
  readonly listener: RunListener;
  /** Takes secrets out of what the service said, before it is kept. */
  readonly redact: (text: string) => string;
}
