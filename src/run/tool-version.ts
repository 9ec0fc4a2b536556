import { readFileSync } from 'node:fs';
import * as z from 'zod';
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

/** The version of the package; `unknown` if its package.json is not found. */
export function toolVersion(): string {
  // The path is the same from src/run and from dist/run.
  return readVersion(new URL('../../package.json', import.meta.url));
}

/**
 * Reads the version from a package.json. Never throws, so that a report about a crash can contain the
 * version.
 */
export function readVersion(path: URL): string {
  try {
    const { data } = PACKAGE.safeParse(JSON.parse(readFileSync(path, 'utf8')));
    return data?.version ?? 'unknown';
  } catch {
    return 'unknown';
  }
}

const PACKAGE = z.object({ name: z.literal('ucbulk'), version: z.string() });
