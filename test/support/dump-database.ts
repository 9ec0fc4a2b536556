import type { Connection } from '../../src/ledger/connection.ts';

/** A database as SQL text, one statement a line group: pragmas, tables, indexes, rows. */
export function dumpDatabase(from: Connection): string {
  const things = from
    .prepare(
      "SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY type = 'index'",
    )
    .all() as { type: string; name: string; sql: string }[];
  const pragmas = ['application_id', 'user_version'].map((name) => {
    return `PRAGMA ${name} = ${String(from.pragma(name, { simple: true }))};`;
  });
  const rows = things
    .filter(({ type }) => type === 'table')
    .flatMap(({ name }) => insertsOf(from, name));
  return `${[...pragmas, ...things.map(({ sql }) => `${sql};`), ...rows].join('\n')}\n`;
}

function insertsOf(from: Connection, table: string): string[] {
  const columns = from.pragma(`table_info(${table})`) as { name: string }[];
  const values = columns.map(({ name }) => `quote(${name})`).join(` || ', ' || `);
  const rows = from.prepare(`SELECT ${values} AS row FROM ${table}`).all() as { row: string }[];
  return rows.map(({ row }) => `INSERT INTO ${table} VALUES (${row});`);
}
