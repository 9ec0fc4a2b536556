import { sqliteVersion } from '../ledger/inspect-ledger.ts';
import { checkSqlite } from '../ledger/open-database.ts';

/** The name and version of the database that stores ledgers. */
export function databaseVersion(): string {
  return `SQLite ${sqliteVersion()}`;
}

/** Throws a `UserError` if this version of Node can't load the database. */
export function checkDatabase(): void {
  checkSqlite();
}
