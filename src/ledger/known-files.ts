import { keyFromColumn, keyToColumn } from './item-row.ts';
import { readLedgerFile } from './ledger-file.ts';
import type { Connection } from './open-database.ts';

/** A ledger whose files are asked for. */
export interface KnownFilesQuery {
  readonly path: string;
  readonly files: readonly string[];
  /** The run whose own items count as well; another run's may have been listed after they were made. */
  readonly itemsToo: boolean;
  /** Only a run of this project tells of its files. */
  readonly publicKey: string;
}

const RESULTS = `
SELECT coalesce(json_extract(result, '$.file'), json_extract(result, '$.made.file')) AS file
FROM outcomes WHERE result IS NOT NULL AND file IN (SELECT value FROM json_each(?))`;
const OPEN_JOBS = `
SELECT coalesce(json_extract(token, '$.file'), json_extract(token, '$.made.file')) AS file
FROM remote_jobs WHERE json_valid(token) AND file IN (SELECT value FROM json_each(?))`;

/** Of these files, those that a ledger knows whence they are: a step made them, or will have. */
export function knownFiles({ path, files, itemsToo, publicKey }: KnownFilesQuery): string[] {
  return readLedgerFile(path, (database) => {
    if (!isOfProject(database, publicKey)) return [];
    const asked = JSON.stringify(files);
    const made = [RESULTS, OPEN_JOBS].flatMap((sql) => {
      return (database.prepare(sql).all(asked) as { file: string }[]).map(({ file }) => file);
    });
    return itemsToo ? [...made, ...ownItems(database, files)] : made;
  });
}

function isOfProject(database: Connection, publicKey: string): boolean {
  const row = database.prepare('SELECT public_key AS publicKey FROM run').get();
  return (row as { publicKey: string } | undefined)?.publicKey === publicKey;
}

/** Keys have no index: one walk over the items, however many files are asked for. */
function ownItems(database: Connection, files: readonly string[]): string[] {
  const places = files.map(() => '?').join(', ');
  const rows = database
    .prepare(`SELECT key FROM items WHERE key IN (${places})`)
    .all(...files.map(keyToColumn));
  return (rows as { key: Buffer | string }[]).map(({ key }) => keyFromColumn(key));
}
