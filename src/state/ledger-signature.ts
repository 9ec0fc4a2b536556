import type { RunId } from '../core/run.ts';
import type { Files } from '../core/world.ts';
import { isRunHeld } from './run-locks.ts';
import type { StatePaths } from './state-paths.ts';
import { isRunWaiting } from './waiting-lock.ts';

/**
 * A write that follows another one within this time may leave the signature as it is, because file systems store
 * times with a limited resolution.
 */
const RESOLUTION_MS = 2000;

/** A text that changes with a run, and that is quick to read. */
export interface LedgerSignature {
  readonly text: string;
  /** False if the run may have changed although the text has not. */
  readonly isSure: boolean;
}

/**
 * Reads the signature of a run: when its ledger was last written, and whether a process works on it or waits for it. Does
 * not open the ledger. If the ledger does not exist, the signature is never sure.
 */
export async function readLedgerSignature(
  paths: StatePaths,
  run: RunId,
  { files, now }: { readonly files: Files; readonly now: number },
): Promise<LedgerSignature> {
  const ledger = paths.ledger(run);
  const read = (path: string) => files.factsOf(path, 'follow').catch(() => null);
  const [main, log] = [await read(ledger), await read(`${ledger}-wal`)];
  // SQLite creates an empty log when a ledger is only read.
  const facts = [main, log?.size === 0 ? null : log];
  const newest = Math.max(...facts.map((one) => one?.modifiedAt ?? 0));
  const locks = [isRunHeld(paths, run), isRunWaiting(paths, run)];
  return {
    text: JSON.stringify([facts.map((one) => one && [one.modifiedAt, one.size]), locks]),
    isSure: main !== null && Math.abs(now - newest) > RESOLUTION_MS,
  };
}
