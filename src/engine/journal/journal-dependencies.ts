import type { CrashHook } from '../../core/world.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { RunListener } from '../run-events.ts';
import type { HookCalls } from '../tasks/item-hooks.ts';
import type { RecordedStep } from '../tasks/step-items.ts';

/** Dependencies of the journal. */
export interface JournalDependencies {
  readonly ledger: Ledger;
  /** The steps of the job. An item that has finished the last step is done. */
  readonly steps: readonly RecordedStep[];
  readonly serverNow: () => number;
  readonly crash: CrashHook;
  readonly listener: RunListener;
  /** The hooks of the user's program; undefined if there are none. */
  readonly hooks?: HookCalls | undefined;
  /** Removes secrets from texts that the service sent, before the texts are stored. */
  readonly redact: (text: string) => string;
  /** The origin of the facts of deleted files. Null or absent if the run keeps no evidence of its deletes. */
  readonly evidenceFrom?: 'listing' | 'answer' | null | undefined;
}
