import type { RunId } from '../core/run.ts';
import { checkSchema, migrate, type Schema } from './migrate.ts';
import { catalogSchema } from './migrations/catalog-0001.ts';
import { type Connection, openDatabase } from './open-database.ts';

const CATALOG_SCHEMA: Schema = { name: 'catalog', migrations: [catalogSchema] };

/** A run as the catalog lists it; all else is in its ledger. */
export interface CatalogEntry {
  readonly runId: RunId;
  readonly jobName: string;
  readonly publicKey: string;
  readonly createdAt: number;
}

/** Whose rate it is: the service's limit is per project. */
export interface RateOwner {
  readonly restOrigin: string;
  readonly publicKey: string;
}

/** The small database beside the ledgers: the list of runs and the learned rates. Many processes share it. */
export class Catalog {
  readonly #database: Connection;

  private constructor(database: Connection) {
    this.#database = database;
  }

  /** Opens the catalog, or makes it. */
  static open(path: string): Catalog {
    const database = openDatabase(path, { mode: 'create' });
    try {
      const isNew = database.pragma('user_version', { simple: true }) === 0;
      if (!isNew) checkSchema(database, CATALOG_SCHEMA);
      migrate(database, CATALOG_SCHEMA);
    } catch (error) {
      database.close();
      throw error;
    }
    return new Catalog(database);
  }

  /** Lists a new run. */
  addRun(entry: CatalogEntry): void {
    this.#database
      .prepare(
        `INSERT INTO runs (run_id, job_name, public_key, created_at)
         VALUES (@runId, @jobName, @publicKey, @createdAt)`,
      )
      .run(entry);
  }

  /** All runs, newest first. */
  runs(): CatalogEntry[] {
    return this.#database
      .prepare(
        `SELECT run_id AS runId, job_name AS jobName, public_key AS publicKey,
           created_at AS createdAt
         FROM runs ORDER BY created_at DESC, run_id DESC`,
      )
      .all() as CatalogEntry[];
  }

  /** The rate that an earlier run learned, requests a second; null where none did. */
  learnedRate(owner: RateOwner): { rate: number; learnedAt: number } | null {
    const row = this.#database
      .prepare(
        `SELECT rate, learned_at AS learnedAt FROM rates
         WHERE rest_origin = @restOrigin AND public_key = @publicKey`,
      )
      .get(owner) as { rate: number; learnedAt: number } | undefined;
    return row ?? null;
  }

  /** Keeps a learned rate for the next run. */
  saveRate(owner: RateOwner, rate: number, learnedAt: number): void {
    this.#database
      .prepare(
        `INSERT INTO rates (rest_origin, public_key, rate, learned_at)
         VALUES (@restOrigin, @publicKey, @rate, @learnedAt)
         ON CONFLICT DO UPDATE SET rate = excluded.rate, learned_at = excluded.learned_at`,
      )
      .run({ ...owner, rate, learnedAt });
  }

  /** Closes the file. */
  close(): void {
    this.#database.close();
  }
}
