import { existsSync, renameSync } from 'node:fs';
import { errorMessage } from '../core/error-message.ts';
import type { RunId } from '../core/run.ts';
import type { ControlRecord } from '../core/run-control.ts';
import { UserError } from '../core/user-error.ts';
import { type Connection, closeOnFailure } from './connection.ts';
import { ControlTable } from './control-table.ts';
import { sqliteCode } from './database-failure.ts';
import { checkSchema, migrate, type Schema, schemaVersion } from './migrate.ts';
import { catalogSchema } from './migrations/catalog-0001.ts';
import { controls } from './migrations/catalog-0002-controls.ts';
import { openDatabase, openInMemory } from './open-database.ts';

/**
 * How long a read or write of an open catalog waits for another process, ms. It is short because the wait
 * blocks the event loop, and because a run can work without the data.
 */
const BUSY_MS = 50;

const CATALOG_SCHEMA: Schema = { name: 'catalog', migrations: [catalogSchema, controls] };

/** The project to which a rate belongs. The service limits each project separately. */
export interface RateOwner {
  readonly restOrigin: string;
  readonly publicKey: string;
}

/** Shows a sentence to the user. */
type Report = (message: string) => void;

/**
 * A small database beside the ledgers for data that later runs use: learned rates and durations of remote
 * jobs. It also contains what people ask of active runs (`ControlTable`). Many processes share it. All of its
 * data may be lost: the list of runs and the record of paid work are only in the ledgers. But a run with paid
 * work does not start if the catalog can't be used (`openOtherWorks`).
 */
export class Catalog {
  /** The reason why the catalog is only in memory; null if it uses the file. */
  readonly trouble: string | null;
  readonly controls: ControlTable;
  readonly #database: Connection;

  private constructor(database: Connection, trouble: string | null) {
    this.#database = database;
    this.trouble = trouble;
    this.controls = new ControlTable(database);
  }

  /**
   * Opens the catalog, or creates it. A damaged file is renamed and replaced. If the file is from a newer
   * version, is locked, or belongs to another program, ucbulk does not change it, and this run uses a catalog
   * in memory. In all of these cases, `report` receives a sentence for the user.
   */
  static open(path: string, report: Report): Catalog {
    try {
      const trouble = findCatalogFault(path);
      if (trouble?.isDamage === true) setAside(path, trouble.why, report);
      else if (trouble !== null) return Catalog.#inMemory(trouble.why, report);
      // No sync to disk: it blocks the process, on a slow disk for seconds, and all data of the catalog may
      // be lost without harm.
      return Catalog.#migrated(openDatabase(path, { mode: 'create', isDurable: false }));
    } catch (error) {
      return Catalog.#inMemory(errorMessage(error), report);
    }
  }

  /**
   * Reads what people ask of a run, without changing the file. Null if nobody asked for anything, or if the file
   * can't be read.
   */
  static readControl(path: string, run: RunId): ControlRecord | null {
    if (!existsSync(path)) return null;
    try {
      const database = openDatabase(path, { mode: 'read' });
      try {
        return schemaVersion(database) < 2 ? null : new ControlTable(database).find(run);
      } finally {
        database.close();
      }
    } catch {
      return null;
    }
  }

  static #migrated(database: Connection, trouble: string | null = null): Catalog {
    return closeOnFailure(database, () => {
      migrate(database, CATALOG_SCHEMA);
      database.pragma(`busy_timeout = ${BUSY_MS}`);
      return new Catalog(database, trouble);
    });
  }

  static #inMemory(why: string, report: Report): Catalog {
    report(
      `ucbulk does not use the catalog: ${why} This run continues without it: it starts at its own rate, and pays for nothing.`,
    );
    return Catalog.#migrated(openInMemory(), why);
  }

  /** The rate that an earlier run learned, requests per second; null if no run learned one. */
  learnedRate(owner: RateOwner): { rate: number; learnedAt: number } | null {
    const row = this.#database
      .prepare(
        `SELECT rate, learned_at AS learnedAt FROM rates
         WHERE rest_origin = @restOrigin AND public_key = @publicKey`,
      )
      .get(owner) as { rate: number; learnedAt: number } | undefined;
    return row ?? null;
  }

  /** Saves a learned rate for the next run. */
  saveRate(owner: RateOwner, rate: number, learnedAt: number): void {
    this.#database
      .prepare(
        `INSERT INTO rates (rest_origin, public_key, rate, learned_at)
         VALUES (@restOrigin, @publicKey, @rate, @learnedAt)
         ON CONFLICT DO UPDATE SET rate = excluded.rate, learned_at = excluded.learned_at`,
      )
      .run({ ...owner, rate, learnedAt });
  }

  /** The durations of remote jobs of a kind that an earlier run learned, as JSON; null if there are none. */
  learnedDurations(owner: RateOwner, kind: string): { learned: string; learnedAt: number } | null {
    const row = this.#database
      .prepare(
        `SELECT learned, learned_at AS learnedAt FROM durations
         WHERE rest_origin = @restOrigin AND public_key = @publicKey AND kind = @kind`,
      )
      .get({ ...owner, kind }) as { learned: string; learnedAt: number } | undefined;
    return row ?? null;
  }

  /** Saves learned durations, as JSON, for the next run. */
  saveDurations(
    owner: RateOwner,
    durations: { kind: string; learned: string; learnedAt: number },
  ): void {
    this.#database
      .prepare(
        `INSERT INTO durations (rest_origin, public_key, kind, learned, learned_at)
         VALUES (@restOrigin, @publicKey, @kind, @learned, @learnedAt)
         ON CONFLICT DO UPDATE SET learned = excluded.learned, learned_at = excluded.learned_at`,
      )
      .run({ ...owner, ...durations });
  }

  /** Closes the file. */
  close(): void {
    this.#database.close();
  }
}

/** Describes why the catalog's file can't be used; null if the file is good or does not exist. */
export function findCatalogFault(path: string): { why: string; isDamage: boolean } | null {
  if (!existsSync(path)) return null;
  let database: Connection | null = null;
  try {
    database = openDatabase(path, { mode: 'read' });
    if (isBlank(database)) return null;
    checkSchema(database, CATALOG_SCHEMA);
    const verdict = String(database.pragma('quick_check(1)', { simple: true }));
    return verdict === 'ok' ? null : { why: verdict, isDamage: true };
  } catch (error) {
    const code = sqliteCode(error instanceof UserError ? error.cause : error);
    const isDamage = /^SQLITE_(CORRUPT|NOTADB)/.test(code);
    return { why: isDamage ? `SQLite says ${code}` : errorMessage(error), isDamage };
  } finally {
    database?.close();
  }
}

/** True if the file is still empty, because another process is just creating it. */
function isBlank(database: Connection): boolean {
  const { count } = database.prepare('SELECT count(*) AS count FROM sqlite_schema').get() as {
    count: number;
  };
  return count === 0 && database.pragma('application_id', { simple: true }) === 0;
}

/** Renames a damaged catalog, so that a person can still examine it. */
function setAside(path: string, why: string, report: Report): void {
  for (const suffix of ['', '-wal', '-shm']) {
    if (existsSync(path + suffix)) renameSync(path + suffix, `${path}.damaged${suffix}`);
  }
  report(
    `The catalog was damaged (${why}) and is now ${path}.damaged; ucbulk created a new one. Only learned rates and durations are lost.`,
  );
}
