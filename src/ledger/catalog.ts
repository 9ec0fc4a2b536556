import { existsSync, renameSync } from 'node:fs';
import { errorMessage } from '../core/error-message.ts';
import { UserError } from '../core/user-error.ts';
import { sqliteCode } from './database-failure.ts';
import { checkSchema, migrate, type Schema } from './migrate.ts';
import { catalogSchema } from './migrations/catalog-0001.ts';
import { type Connection, openDatabase, openInMemory } from './open-database.ts';

const CATALOG_SCHEMA: Schema = { name: 'catalog', migrations: [catalogSchema] };

/** Whose rate it is: the service's limit is per project. */
export interface RateOwner {
  readonly restOrigin: string;
  readonly publicKey: string;
}

/** Takes a sentence for the user. */
type Tell = (words: string) => void;

/**
 * The small database beside the ledgers, for what outlives a run: the learned rates, and how long remote jobs take. Many
 * processes share it. All of it can be lost. A run that pays for nothing works without it; one that
 * pays does not start (`openOtherWorks`). The list of runs is not in it, nor who pays for what: the
 * ledgers tell both.
 */
export class Catalog {
  /** Why this catalog is in memory only; null if it is the file. */
  readonly trouble: string | null;
  readonly #database: Connection;

  private constructor(database: Connection, trouble: string | null) {
    this.#database = database;
    this.trouble = trouble;
  }

  /**
   * Opens the catalog, or makes it. A damaged one is put aside, one that is newer, locked or
   * another program's is left as it is; `tell` is told, and this run's catalog is a new one.
   */
  static open(path: string, tell: Tell): Catalog {
    try {
      const trouble = catalogTrouble(path);
      if (trouble?.isDamage === true) setAside(path, trouble.why, tell);
      else if (trouble !== null) return Catalog.#without(trouble.why, tell);
      return Catalog.#migrated(openDatabase(path, { mode: 'create' }));
    } catch (error) {
      return Catalog.#without(wordsOf(error), tell);
    }
  }

  static #migrated(database: Connection, trouble: string | null = null): Catalog {
    try {
      migrate(database, CATALOG_SCHEMA);
      return new Catalog(database, trouble);
    } catch (error) {
      database.close();
      throw error;
    }
  }

  static #without(why: string, tell: Tell): Catalog {
    tell(
      `The catalog is left alone: ${why} This run goes without it: it starts at a rate of its own, and pays for nothing.`,
    );
    return Catalog.#migrated(openInMemory(), why);
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

  /** What an earlier run learned of how long remote jobs of a kind take; null where none did. */
  learnedDurations(owner: RateOwner, kind: string): { learned: string; learnedAt: number } | null {
    const row = this.#database
      .prepare(
        `SELECT learned, learned_at AS learnedAt FROM durations
         WHERE rest_origin = @restOrigin AND public_key = @publicKey AND kind = @kind`,
      )
      .get({ ...owner, kind }) as { learned: string; learnedAt: number } | undefined;
    return row ?? null;
  }

  /** Keeps what was learned, as JSON, for the next run. */
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

/** What is wrong with a catalog; null for a good one and for none. */
export function catalogTrouble(path: string): { why: string; isDamage: boolean } | null {
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
    return { why: isDamage ? `SQLite says ${code}` : wordsOf(error), isDamage };
  } finally {
    database?.close();
  }
}

/** True for a file that another process is just making. */
function isBlank(database: Connection): boolean {
  const { count } = database.prepare('SELECT count(*) AS count FROM sqlite_schema').get() as {
    count: number;
  };
  return count === 0 && database.pragma('application_id', { simple: true }) === 0;
}

/** Nothing is thrown away: who wants to look at it finds it beside the new one. */
function setAside(path: string, why: string, tell: Tell): void {
  for (const suffix of ['', '-wal', '-shm']) {
    if (existsSync(path + suffix)) renameSync(path + suffix, `${path}.damaged${suffix}`);
  }
  tell(
    `The catalog was damaged (${why}) and is now ${path}.damaged; a new one was made. Only what was learned of rates and durations is lost.`,
  );
}

function wordsOf(error: unknown): string {
  return errorMessage(error);
}
