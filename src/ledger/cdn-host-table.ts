import type { Connection } from './connection.ts';
import { schemaVersion } from './migrate.ts';

/** Records which host serves a project's files. `project` is empty for the default project. */
export function writeCdnHost(database: Connection, project: string, host: string): void {
  database
    .prepare('INSERT OR REPLACE INTO cdn_hosts (project, host) VALUES (?, ?)')
    .run(project, host);
}

/** Reads the hosts by project. A ledger of schema 1 has none. */
export function readCdnHosts(database: Connection): ReadonlyMap<string, string> {
  if (schemaVersion(database) < 2) return new Map();
  const rows = database.prepare('SELECT project, host FROM cdn_hosts').raw().all();
  return new Map(rows as [string, string][]);
}
