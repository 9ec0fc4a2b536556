import type { RunId } from '../core/run.ts';
import type { RunProcess } from '../core/run-sample.ts';
import type { Files } from '../core/world.ts';
import { type HeldLock, isLockHeld, takeLock } from '../ledger/process-lock.ts';
import type { StatePaths } from './state-paths.ts';

/**
 * Marks a process that waits to continue a run, for the window of its job or for another run. Such a process does
 * not hold the lock of the run, because it does no work. Returns null if another process waits already. After a
 * kill, the operating system removes the mark at once.
 */
export async function takeWaitingLock(
  paths: StatePaths,
  run: RunId,
  { files, process }: { readonly files: Files; readonly process: RunProcess },
): Promise<HeldLock | null> {
  const path = paths.waitingLock(run);
  const lock = takeLock(path, 'alone');
  // Only `status` uses the note, so it may be missing.
  if (lock !== null)
    await files.writeText(notePath(path), JSON.stringify(process)).catch(() => undefined);
  return lock;
}

/** True while a living process waits to continue the run. */
export function isRunWaiting(paths: StatePaths, run: RunId): boolean {
  return isLockHeld(paths.waitingLock(run));
}

/** The process that waits to continue a run; null if there is none. */
export async function readWaitingProcess(
  paths: StatePaths,
  run: RunId,
  files: Files,
): Promise<RunProcess | null> {
  if (!isRunWaiting(paths, run)) return null;
  try {
    return JSON.parse(await files.readText(notePath(paths.waitingLock(run)))) as RunProcess;
  } catch {
    return { pid: null, host: null, startedAt: 0 };
  }
}

function notePath(path: string): string {
  return `${path}.txt`;
}
