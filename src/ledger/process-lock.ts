import { existsSync } from 'node:fs';
import { openFailure, sqliteCode } from './database-failure.ts';
import { type Connection, openLockFile } from './open-database.ts';

const PATIENCE_MS = 250; // `status` looks at a lock for an instant to see whether it is free

/** Alone, or with others who share it. */
export type LockMode = 'alone' | 'shared';

/** A lock that is held until it is released, or its process ends. */
export interface HeldLock {
  release(): void;
}

/**
 * Takes the lock at `path`, alone or with others, or gives null where a living process is in the
 * way. It is an open transaction on an empty database: the operating system frees it at once
 * after a kill -9, so there are no stale locks.
 */
export function takeLock(
  path: string,
  mode: LockMode = 'alone',
  patienceMs = PATIENCE_MS,
): HeldLock | null {
  const database = openLockFile(path, 'hold', patienceMs);
  return tryLock(path, database, () => {
    if (mode === 'alone') database.exec('BEGIN EXCLUSIVE');
    else share(database);
  });
}

/** True while a living process holds the lock alone. Changes nothing, and needs no right to. */
export function isLockHeld(path: string): boolean {
  if (!existsSync(path)) return false;
  const database = openLockFile(path, 'look', 0);
  const looked = tryLock(path, database, () => share(database));
  looked?.release();
  return looked === null;
}

/** The read makes the lock: `BEGIN` alone waits for the first need of one. */
function share(database: Connection): void {
  database.exec('BEGIN');
  database.prepare('SELECT count(*) FROM sqlite_schema').get();
}

function tryLock(path: string, database: Connection, lock: () => void): HeldLock | null {
  try {
    lock();
    return { release: () => database.close() };
  } catch (error) {
    database.close();
    if (sqliteCode(error).startsWith('SQLITE_BUSY')) return null;
    throw openFailure(path, error);
  }
}
