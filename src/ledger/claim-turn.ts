import { statSync } from 'node:fs';
import { takeLock } from './process-lock.ts';

/** The longest wait for the lock, ms. It is short because it blocks the event loop. */
const LOCK_TIMEOUT_MS = 25;
/** A lock file that is removed more often in a row is removed on purpose. */
const MAX_REPLACED = 5;

/**
 * Runs `work` while it holds the lock file alone; returns null if another process holds it.
 * If somebody removed the file meanwhile, another process may have created and locked a new one.
 * `work` then runs again under the new file, so it must be safe to repeat. It must not wait.
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

/** Identifies the file at the path; null if there is none. No new file gets the number of an open one. */
function fileIdentity(path: string): string | null {
  const facts = statSync(path, { bigint: true, throwIfNoEntry: false });
  return facts === undefined ? null : `${facts.dev}/${facts.ino}`;
}
