import { statSync } from 'node:fs';
import { takeLock } from './process-lock.ts';

/** Longest wait for the lock, ms. It is short because the wait blocks the event loop. */
const LOCK_TIMEOUT_MS = 25;
/** If the lock file is removed more often than this in a row, somebody removes it on purpose. */
const MAX_REPLACED = 5;

/**
 * Runs `work` while this process alone holds the lock file; returns null if another process holds it.
 * Somebody may remove the file during `work`. Another process may then have created and locked a new file. So
 * `work` runs again under the new file, and must be safe to repeat. `work` must be synchronous.
 */
export function runExclusively<Result>(
  path: string,
  work: () => Result,
): { readonly result: Result } | null {
  for (let replaced = 0; replaced < MAX_REPLACED; replaced += 1) {
    const file = fileIdentity(path);
    const lock = takeLock(path, 'alone', LOCK_TIMEOUT_MS);
    if (lock === null) return null;
    try {
      const result = work();
      // A process that locks a new file from now on sees what `work` has committed.
      if (file !== null && fileIdentity(path) === file) return { result };
    } finally {
      lock.release();
    }
  }
  return null;
}

/**
 * Identifies the file at the path; null if there is none. A new file never gets the identity of a file that
 * is still open.
 */
function fileIdentity(path: string): string | null {
  const facts = statSync(path, { bigint: true, throwIfNoEntry: false });
  return facts === undefined ? null : `${facts.dev}/${facts.ino}`;
}
