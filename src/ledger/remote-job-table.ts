import type { Connection, Statement } from './connection.ts';

/** A remote job in the ledger. Times are server time, ms. */
export interface RemoteJobRecord {
  readonly token: string;
  readonly startedAt: number;
  /** The time of the last poll that found the job running; null if there was none. */
  readonly runningAt: number | null;
}

/** Open remote jobs by item. The token of a job is saved before its first poll (docs/guarantees.md, W5). */
export class RemoteJobTable {
  readonly #open: Statement;
  readonly #running: Statement;
  readonly #close: Statement;
  readonly #get: Statement;

  constructor(database: Connection) {
    this.#open = database.prepare(
      'INSERT OR REPLACE INTO remote_jobs (item, token, started_at) VALUES (?, ?, ?)',
    );
    this.#running = database.prepare(
      `UPDATE remote_jobs SET running_at = coalesce(@runningAt, running_at),
         token = coalesce(@token, token) WHERE item = @item`,
    );
    this.#close = database.prepare('DELETE FROM remote_jobs WHERE item = ?');
    this.#get = database.prepare(
      `SELECT token, started_at AS startedAt, running_at AS runningAt
       FROM remote_jobs WHERE item = ?`,
    );
  }

  /** Saves the token of a job that has started. */
  open(item: number, token: string, startedAt: number): void {
    this.#open.run(item, token, startedAt);
  }

  /** Records the time at which a poll found the job running, and the token for the next polls. */
  stillOpen(item: number, seen: { runningAt: number | null; token: string | null }): void {
    this.#running.run({ item, ...seen });
  }

  /** Removes a job that ended. */
  close(item: number): void {
    this.#close.run(item);
  }

  /** The open job of a waiting item. */
  get(item: number): RemoteJobRecord {
    const job = this.#get.get(item) as RemoteJobRecord | undefined;
    if (job === undefined)
      throw new Error(`Item ${item} waits for a remote job that has no record`);
    return job;
  }
}
