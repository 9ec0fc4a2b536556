import { renameSync, rmSync } from 'node:fs';
import Database from 'better-sqlite3';
import { LEDGER_SCHEMA } from '../../src/ledger/ledger-file.ts';
import { migrate } from '../../src/ledger/migrate.ts';
import { openDatabase } from '../../src/ledger/open-database.ts';

/** Replaces a ledger that no process uses by the same data in an older schema. */
export function toSchema(path: string, version: number): void {
  const older = `${path}.older`;
  const database = openDatabase(older, { mode: 'create' });
  migrate(database, { ...LEDGER_SCHEMA, migrations: LEDGER_SCHEMA.migrations.slice(0, version) });
  database.close();
  copyRows(path, older);
  for (const ending of ['-wal', '-shm']) rmSync(`${path}${ending}`, { force: true });
  renameSync(older, path);
}

function copyRows(from: string, to: string): void {
  const target = new Database(to);
  target.prepare('ATTACH ? AS newer').run(from);
  const tables = target
    .prepare(
      "SELECT name FROM main.sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
    )
    .pluck()
    .all() as string[];
  for (const table of tables) {
    const columns = target.prepare(`SELECT name FROM pragma_table_info('${table}')`).pluck().all();
    const names = columns.join(', ');
    target.exec(`INSERT INTO main.${table} (${names}) SELECT ${names} FROM newer.${table}`);
  }
  target.close();
}
