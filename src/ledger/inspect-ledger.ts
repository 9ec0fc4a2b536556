import { ITEM_STATES } from '../core/item-state.ts';
import { LEDGER_SCHEMA, readLedgerFile } from './ledger-file.ts';
import { migrate, schemaVersion } from './migrate.ts';
import { type Connection, openInMemory } from './open-database.ts';

const MAX_MESSAGES = 5;
const MISCOUNTED = `
SELECT count(*) AS count FROM (
  SELECT step, state, count FROM counters WHERE count <> 0
  EXCEPT SELECT step, state, count(*) FROM items GROUP BY step, state
  UNION ALL
  SELECT * FROM (SELECT step, state, count(*) FROM items GROUP BY step, state
    EXCEPT SELECT step, state, count FROM counters))`;

/** What must hold in every ledger, beyond what SQLite knows; each query counts what breaks it. */
const INVARIANTS: readonly { readonly words: string; readonly count: string }[] = [
  {
    words: 'counters that differ from the items',
    count: MISCOUNTED,
  },
  {
    words: 'items in no known state',
    count: `SELECT count(*) AS count FROM items WHERE state NOT BETWEEN 0 AND ${ITEM_STATES.length - 1} OR step < 0`,
  },
  {
    words: 'missing pages of the listing',
    count: 'SELECT coalesce(max(no), 0) - count(*) AS count FROM pages',
  },
  {
    words: 'outcomes of items that are not there',
    count: 'SELECT count(*) AS count FROM outcomes WHERE item NOT IN (SELECT seq FROM items)',
  },
];

/**
 * Reads a whole ledger and says what is wrong with it, in words; nothing is changed, and a run that
 * is active is not kept waiting. Throws a `UserError` where it can't be read at all.
 */
export function inspectLedger(path: string): string[] {
  return readLedgerFile(path, (database) => {
    database.exec('BEGIN'); // one instant of it, whatever is written meanwhile
    const damage = [...damageIn(database), ...missingTables(database)];
    return damage.length > 0 ? damage : brokenInvariants(database);
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

function damageIn(database: Connection): string[] {
  const rows = database.prepare(`PRAGMA integrity_check(${MAX_MESSAGES})`).all() as {
    integrity_check: string;
  }[];
  const words = rows.map((row) => row.integrity_check).filter((message) => message !== 'ok');
  const foreign = database.prepare('PRAGMA foreign_key_check').all().length;
  return foreign === 0 ? words : [...words, `${foreign} rows that belong to none`];
}

/** What a ledger of this schema has and this one lacks; an older one is brought up to date first. */
function missingTables(database: Connection): string[] {
  const whole = openInMemory();
  try {
    migrate(whole, LEDGER_SCHEMA);
    if (schemaVersion(database) !== schemaVersion(whole)) return [];
    const there = new Set(partsOf(database));
    return partsOf(whole)
      .filter((part) => !there.has(part))
      .map((part) => `it lacks the ${part}`);
  } finally {
    whole.close();
  }
}

/** Tables and indexes, each as `table works`. */
function partsOf(database: Connection): string[] {
  const rows = database.prepare('SELECT type, name FROM sqlite_master ORDER BY rowid').all();
  return (rows as { type: string; name: string }[]).map(({ type, name }) => `${type} ${name}`);
}

function brokenInvariants(database: Connection): string[] {
  const runs = (database.prepare('SELECT count(*) AS count FROM run').get() as { count: number })
    .count;
  const broken = INVARIANTS.flatMap(({ words, count }) => {
    const found = (database.prepare(count).get() as { count: number }).count;
    return found === 0 ? [] : [`${found} ${words}`];
  });
  return runs === 1 ? broken : [`${runs} runs in it, where there must be one`, ...broken];
}
