import { createRequire } from 'node:module';
import { ownFile } from './own-files.ts';

/** Loads the native part of SQLite from the binary. Takes the place of the package `bindings`. */
export function loadSqlite(): unknown {
  const file = ownFile('better_sqlite3.node');
  return createRequire(file)(file);
}
