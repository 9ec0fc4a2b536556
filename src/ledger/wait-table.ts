import type { Wait, WaitKind } from '../core/wait.ts';
import type { Connection } from './connection.ts';
import { schemaVersion } from './migrate.ts';

/** A wait as stored in the ledger. */
export interface WaitRecord {
  readonly kind: WaitKind;
  readonly reason: string;
  readonly since: number;
  readonly until: number | null;
}

/** Replaces all waits of the run. The keys of the map are the ids of the waits. */
export function writeWaits(database: Connection, waits: ReadonlyMap<string, Wait>): void {
  database.prepare('DELETE FROM waits').run();
  const insert = database.prepare(
    'INSERT INTO waits (id, kind, reason, since, until) VALUES (?, ?, ?, ?, ?)',
  );
  for (const [id, { kind, reason, since, until }] of waits) {
    insert.run(id, kind, reason, Math.round(since), until === null ? null : Math.round(until));
  }
}

/** Reads the waits of the run, oldest first; a ledger of schema 1 has none. */
export function readWaits(database: Connection): WaitRecord[] {
  if (schemaVersion(database) < 2) return [];
  const rows = database.prepare('SELECT kind, reason, since, until FROM waits ORDER BY since, id');
  return rows.all() as WaitRecord[];
}
