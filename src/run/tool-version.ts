import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { sqliteVersion } from '../ledger/inspect-ledger.ts';
import { checkSqlite } from '../ledger/open-database.ts';

/** The database that ledgers are kept in, and its version. */
export function databaseVersion(): string {
  return `SQLite ${sqliteVersion()}`;
}

/** Throws a `UserError` if this Node can't load the database. */
export function checkDatabase(): void {
  checkSqlite();
}

/** The version of the package this program came with. */
export function toolVersion(): string {
  // The same distance from src/run and from dist/run.
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return z.object({ version: z.string() }).parse(JSON.parse(text)).version;
}
