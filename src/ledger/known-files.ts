import type { Connection } from './connection.ts';
import { keyFromColumn, keyToColumn } from './item-row.ts';
import { readLedgerFile } from './ledger-file.ts';

/** The ledger to search, and the files to find in it. */
export interface KnownFilesQuery {
  readonly path: string;
  readonly files: readonly string[];
  /**
   * True to search the items of the run too. Use this only for the current run. The items of another run may
   * include files that a step of the current run made, because the other run may have listed them later.
   */
  readonly includeItems: boolean;
  /** Public key of the project. Runs of other projects are ignored. */
  readonly publicKey: string;
}

/**
 * Queries for files that a step made. SQLite uses the two indexes for them only if the expressions and
 * conditions are exactly the same as in the indexes.
 */
export const RESULTS = `
SELECT coalesce(json_extract(result, '$.file'), json_extract(result, '$.made.file')) AS file
FROM outcomes WHERE result IS NOT NULL AND file IN (SELECT value FROM json_each(?))`;
export const OPEN_JOBS = `
SELECT coalesce(json_extract(token, '$.file'), json_extract(token, '$.made.file')) AS file
FROM remote_jobs WHERE json_valid(token) AND file IN (SELECT value FROM json_each(?))`;

/** Finds those of the given files that a step made, and those that a remote job is making now. */
export function findKnownFiles({
  path,
  files,
  includeItems,
  publicKey,
}: KnownFilesQuery): string[] {
  return readLedgerFile(path, (database) => {
    if (!belongsToProject(database, publicKey)) return [];
    const asked = JSON.stringify(files);
    const made = [RESULTS, OPEN_JOBS].flatMap((sql) => {
      return (database.prepare(sql).all(asked) as { file: string }[]).map(({ file }) => file);
    });
    return includeItems ? [...made, ...findOwnItems(database, files)] : made;
  });
}

function belongsToProject(database: Connection, publicKey: string): boolean {
  const row = database.prepare('SELECT public_key AS publicKey FROM run').get();
  return (row as { publicKey: string } | undefined)?.publicKey === publicKey;
}

/**
 * Finds files among the items of the run. This reads the whole table, because the keys of items have no
 * index.
 */
function findOwnItems(database: Connection, files: readonly string[]): string[] {
  const placeholders = files.map(() => '?').join(', ');
  const rows = database
    .prepare(`SELECT key FROM items WHERE key IN (${placeholders})`)
    .all(...files.map(keyToColumn));
  return (rows as { key: Buffer | string }[]).map(({ key }) => keyFromColumn(key));
}
