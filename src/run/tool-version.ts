import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { sqliteVersion } from '../ledger/inspect-ledger.ts';
import { checkSqlite } from '../ledger/open-database.ts';

/** The name and version of the database for ledgers. */
export function databaseVersion(): string {
  return `SQLite ${sqliteVersion()}`;
}

/** Throws a `UserError` if this Node can't load the database. */
export function checkDatabase(): void {
  checkSqlite();
}

/** The version of the package. */
export function toolVersion(): string {
  // The path is the same from src/run and from dist/run.
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return z.object({ version: z.string() }).parse(JSON.parse(text)).version;
}
