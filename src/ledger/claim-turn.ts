import { statSync } from 'node:fs';
import { takeLock } from './process-lock.ts';

/** Longest wait for the lock, ms. It is short because the wait blocks the event loop. */
const LOCK_TIMEOUT_MS = 25;
/** If somebody replaces the lock file more often than this, ucbulk gives up. */
const MAX_REPLACED = 5;

/**
 * Runs `work` while only this process holds the lock on the file. Returns null if another process holds it.
 * If somebody removes the file during `work`, another process can create and lock a new file, so the lock did
 * not protect `work`. Then `work` runs again with the new file, so it must be safe to repeat. `work` must be
 * synchronous.
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
      // If the path still leads to the same file, no other process could hold the lock during `work`.
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
