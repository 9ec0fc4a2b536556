import type { Connection, Statement } from './open-database.ts';

/** A remote job as the ledger knows it. */
export interface RemoteJobRecord {
  readonly item: number;
  readonly token: string;
  /** Server time, ms. */
  readonly startedAt: number;
  /** How often it was asked about. */
  readonly polls: number;
}

/** Open remote jobs by item: a token is kept before anything depends on it (rule W5). */
export class RemoteJobTable {
  readonly #open: Statement;
  readonly #polled: Statement;
  readonly #close: Statement;
  readonly #get: Statement;

  constructor(database: Connection) {
    this.#open = database.prepare(
      'INSERT OR REPLACE INTO remote_jobs (item, token, started_at) VALUES (?, ?, ?)',
    );
    this.#polled = database.prepare('UPDATE remote_jobs SET polls = polls + 1 WHERE item = ?');
    this.#close = database.prepare('DELETE FROM remote_jobs WHERE item = ?');
    this.#get = database.prepare(
      'SELECT item, token, started_at AS startedAt, polls FROM remote_jobs WHERE item = ?',
    );
  }

  /** Keeps the token of a job that has begun. */
  open(item: number, token: string, startedAt: number): void {
    this.#open.run(item, token, startedAt);
  }

  /** Notes that the job was asked about and still runs. */
  markPolled(item: number): void {
    this.#polled.run(item);
  }

  /** Forgets a job that ended. */
  close(item: number): void {
    this.#close.run(item);
  }

  /** The open job of an item; undefined where there is none. */
  get(item: number): RemoteJobRecord | undefined {
    return this.#get.get(item) as RemoteJobRecord | undefined;
  }
}
