import { ITEM_STATES } from '../core/item-state.ts';
import type { Connection } from './connection.ts';
import { LEDGER_SCHEMA, readLedgerFile } from './ledger-file.ts';
import { migrate, schemaVersion } from './migrate.ts';
import { openInMemory } from './open-database.ts';

const MAX_MESSAGES = 5;
const MISCOUNTED = `
SELECT count(*) AS count FROM (
  SELECT step, state, count FROM counters WHERE count <> 0
  EXCEPT SELECT step, state, count(*) FROM items GROUP BY step, state
  UNION ALL
  SELECT * FROM (SELECT step, state, count(*) FROM items GROUP BY step, state
    EXCEPT SELECT step, state, count FROM counters))`;

/**
 * Rules that must be true for every ledger and that SQLite does not check itself. Each query counts the
 * violations.
 */
const INVARIANTS: readonly { readonly violation: string; readonly count: string }[] = [
  {
    violation: 'counters that differ from the items',
    count: MISCOUNTED,
  },
  {
    violation: 'items in no known state',
    count: `SELECT count(*) AS count FROM items WHERE state NOT BETWEEN 0 AND ${ITEM_STATES.length - 1} OR step < 0`,
  },
  {
    violation: 'missing pages of the listing',
    count: 'SELECT coalesce(max(no), 0) - count(*) AS count FROM pages',
  },
  {
    violation: 'outcomes of items that do not exist',
    count: 'SELECT count(*) AS count FROM outcomes WHERE item NOT IN (SELECT seq FROM items)',
  },
];

/**
 * Reads a whole ledger and describes each fault in a sentence for the user. Changes nothing, and does not
 * disturb an active run. Throws a `UserError` if the ledger can't be read at all.
 */
export function inspectLedger(path: string): string[] {
  return readLedgerFile(path, (database) => {
    database.exec('BEGIN'); // a consistent snapshot, even if a run writes meanwhile
    const damage = [...findDamage(database), ...findMissingParts(database)];
    return damage.length > 0 ? damage : findBrokenInvariants(database);
  });
}

/** SQLite's version. */
export function sqliteVersion(): string {
  const database = openInMemory();
  try {
    const row = database.prepare('SELECT sqlite_version() AS version').get();
    return (row as { version: string }).version;
  } finally {
    database.close();
  }
}

function findDamage(database: Connection): string[] {
  const rows = database.prepare(`PRAGMA integrity_check(${MAX_MESSAGES})`).all() as {
    integrity_check: string;
  }[];
  const messages = rows.map((row) => row.integrity_check).filter((message) => message !== 'ok');
  const foreign = database.prepare('PRAGMA foreign_key_check').all().length;
  return foreign === 0 ? messages : [...messages, `${foreign} rows without an owner`];
}

/**
 * Finds tables and indexes that the ledger lacks. It only checks ledgers of the newest schema, because older
 * schemas have other parts.
 */
function findMissingParts(database: Connection): string[] {
  const whole = openInMemory();
  try {
    migrate(whole, LEDGER_SCHEMA);
    if (schemaVersion(database) !== schemaVersion(whole)) return [];
    const existing = new Set(listParts(database));
    return listParts(whole)
      .filter((part) => !existing.has(part))
      .map((part) => `it lacks the ${part}`);
  } finally {
    whole.close();
  }
}

/** The names of tables and indexes, such as `table works`. */
function listParts(database: Connection): string[] {
  const rows = database.prepare('SELECT type, name FROM sqlite_master ORDER BY rowid').all();
  return (rows as { type: string; name: string }[]).map(({ type, name }) => `${type} ${name}`);
}

function findBrokenInvariants(database: Connection): string[] {
  const runs = (database.prepare('SELECT count(*) AS count FROM run').get() as { count: number })
    .count;
  const broken = INVARIANTS.flatMap(({ violation, count }) => {
    const found = (database.prepare(count).get() as { count: number }).count;
    return found === 0 ? [] : [`${found} ${violation}`];
  });
  return runs === 1 ? broken : [`${runs} runs in it, but there must be one`, ...broken];
}
