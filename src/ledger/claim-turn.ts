import { statSync } from 'node:fs';
import { takeLock } from './process-lock.ts';

/** A turn takes milliseconds. The event loop stands still for so long, so it is short. */
const PATIENCE_MS = 25;
/** Somebody who removes the lock file this often in a row does it on purpose. */
const MAX_REPLACED = 5;

/**
 * Runs `work` while no other process runs its own under the same lock file; null if another one
 * does. If the file was removed meanwhile, another process may have made a new one and taken that:
 * `work` then runs again under the new file, so it must be safe to repeat. It must not wait.
 */
export function takeTurn<Result>(
  path: string,
  work: () => Result,
): { readonly result: Result } | null {
  for (let replaced = 0; replaced < MAX_REPLACED; replaced += 1) {
    const file = identityOf(path);
    const lock = takeLock(path, 'alone', PATIENCE_MS);
    if (lock === null) return null;
    try {
      const result = work();
      // Whoever takes a new file from now on finds what `work` has committed.
      if (file !== null && identityOf(path) === file) return { result };
    } finally {
      lock.release();
    }
  }
  return null;
}

/** Which file is at the path now; null if there is none. An open file keeps its number to itself. */
function identityOf(path: string): string | null {
  const facts = statSync(path, { bigint: true, throwIfNoEntry: false });
  return facts === undefined ? null : `${facts.dev}/${facts.ino}`;
}
