import type { Connection } from './connection.ts';
import { ledgerFailure } from './database-failure.ts';
import { schemaVersion } from './migrate.ts';
import { wipeDeleted } from './open-database.ts';

/** Removes the part URLs of finished uploads that schema 1 left in free pages of the file. */
export function wipeOldPartUrls(database: Connection): void {
  if (schemaVersion(database) > 1) return;
  try {
    const uploads = database.prepare(`SELECT 1 FROM run WHERE job LIKE '%"upload"%'`).get();
    if (uploads !== undefined) wipeDeleted(database);
  } catch (error) {
    throw ledgerFailure(database.name, error);
  }
}
