import type { Connection } from './connection.ts';
import { ledgerFailure } from './database-failure.ts';
import { schemaVersion } from './migrate.ts';
import { wipeDeleted } from './open-database.ts';

/** Removes the URLs of finished uploads from unused pages of the file. Schema 1 left them there. */
export function wipeOldPartUrls(database: Connection): void {
  if (schemaVersion(database) > 1) return;
  try {
    const uploads = database.prepare(`SELECT 1 FROM run WHERE job LIKE '%"upload"%'`).get();
    if (uploads !== undefined) wipeDeleted(database);
  } catch (error) {
    throw ledgerFailure(database.name, error);
  }
}
