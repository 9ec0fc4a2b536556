import { existsSync } from 'node:fs';
import { openFailure, sqliteCode } from './database-failure.ts';
import { type LockFile, openLockFile } from './open-database.ts';

const LOCK_TIMEOUT_MS = 250; // `status` holds a lock for a shorter time

/** `alone`: one process holds the lock exclusively. `shared`: several processes may hold it together. */
export type LockMode = 'alone' | 'shared';

/** A lock that is held until it is released or its process ends. */
export interface HeldLock {
  release(): void;
}

/**
 * Takes the lock at `path`; returns null if a living process prevents this. `timeoutMs` is the longest wait.
 * The lock is an open transaction on an empty database. The operating system releases it at once when the
 * process ends, even after a kill -9.
 */
export function takeLock(
  path: string,
  mode: LockMode = 'alone',
  timeoutMs = LOCK_TIMEOUT_MS,
): HeldLock | null {
  const database = openLockFile(path, 'hold', timeoutMs);
  return tryLock(path, database, () => {
    if (mode === 'alone') database.exec('BEGIN EXCLUSIVE');
    else lockShared(database);
  });
}

/** True while a living process holds the lock exclusively. Changes nothing, and needs no write permission. */
export function isLockHeld(path: string): boolean {
  if (!existsSync(path)) return false;
  const database = openLockFile(path, 'look', 0);
  const probe = tryLock(path, database, () => lockShared(database));
  probe?.release();
  return probe === null;
}

/**
 * Takes a shared lock, which several processes can hold at the same time. `BEGIN` alone takes no lock, so
 * this also reads.
 */
function lockShared(database: LockFile): void {
  database.exec('BEGIN');
  database.prepare('SELECT count(*) FROM sqlite_schema').get();
}

function tryLock(path: string, database: LockFile, lock: () => void): HeldLock | null {
  try {
    lock();
    return { release: () => database.close() };
  } catch (error) {
    database.close();
    if (sqliteCode(error).startsWith('SQLITE_BUSY')) return null;
    throw openFailure(path, error);
  }
}
