import type Database from 'better-sqlite3';
import { ledgerFailure } from './database-failure.ts';

/** A value of a row or a parameter, or an object of named parameters. */
type Parameters = readonly unknown[];

/** Runs its argument in a transaction. */
export type RunInTransaction = Database.Transaction<(writes: () => unknown) => unknown>;

/** A database connection. It converts the errors of all statements with `ledgerFailure`. */
export class Connection {
  readonly #database: Database.Database;
  /** The path for messages. It differs from `name` if the connection reads a copy of the file. */
  readonly #path: string;

  constructor(database: Database.Database, path: string) {
    this.#database = database;
    this.#path = path;
  }

  /** The path that was opened. */
  get name(): string {
    return this.#database.name;
  }

  get open(): boolean {
    return this.#database.open;
  }

  get inTransaction(): boolean {
    return this.#database.inTransaction;
  }

  prepare(sql: string): Statement {
    const convertErrors = <Value>(work: () => Value): Value => {
      try {
        return work();
      } catch (error) {
        throw ledgerFailure(this.#path, error);
      }
    };
    return new Statement(
      convertErrors(() => this.#database.prepare(sql)),
      convertErrors,
    );
  }

  /** Wraps `work` in a transaction. Throws SQLite's errors unchanged. */
  transaction<Args extends unknown[], Result>(
    work: (...args: Args) => Result,
  ): Database.Transaction<(...args: Args) => Result> {
    return this.#database.transaction(work);
  }

  /** Runs statements without parameters. Throws SQLite's errors unchanged. */
  exec(sql: string): void {
    this.#database.exec(sql);
  }

  /** Reads or sets a pragma. Throws SQLite's errors unchanged. */
  pragma(source: string, options?: Database.PragmaOptions): unknown {
    return this.#database.pragma(source, options);
  }

  close(): void {
    this.#database.close();
  }
}

/** A prepared statement. */
export class Statement {
  readonly #statement: Database.Statement;
  readonly #convertErrors: <Value>(work: () => Value) => Value;

  constructor(statement: Database.Statement, convertErrors: <Value>(work: () => Value) => Value) {
    this.#statement = statement;
    this.#convertErrors = convertErrors;
  }

  /** The first row; undefined if there is none. */
  get(...values: Parameters): unknown {
    return this.#convertErrors(() => this.#statement.get(...values));
  }

  all(...values: Parameters): unknown[] {
    return this.#convertErrors(() => this.#statement.all(...values));
  }

  run(...values: Parameters): Database.RunResult {
    return this.#convertErrors(() => this.#statement.run(...values));
  }

  /** Makes queries return the first column instead of rows. */
  pluck(): this {
    this.#statement.pluck();
    return this;
  }

  /** Makes queries return each row as an array of its columns. */
  raw(): this {
    this.#statement.raw();
    return this;
  }
}

/** Runs `use`. If it throws, closes the database and throws the error that `explain` returns. */
export function closeOnFailure<Result>(
  database: { close(): unknown },
  use: () => Result,
  explain = (error: unknown): unknown => error,
): Result {
  try {
    return use();
  } catch (error) {
    database.close();
    throw explain(error);
  }
}
