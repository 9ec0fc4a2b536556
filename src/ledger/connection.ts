import type Database from 'better-sqlite3';
import { ledgerFailure } from './database-failure.ts';

/** A value of a row or a parameter, or an object of named parameters. */
type Parameters = readonly unknown[];

/** A database connection. Every error of a statement is converted by `ledgerFailure`. */
export class Connection {
  readonly #database: Database.Database;
  /** Path of the file in messages. It differs from `name` if a copy is read. */
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

  /** Wraps `work` in a transaction; throws SQLite's own errors. */
  transaction<Args extends unknown[], Result>(
    work: (...args: Args) => Result,
  ): Database.Transaction<(...args: Args) => Result> {
    return this.#database.transaction(work);
  }

  /** Runs statements without parameters; throws SQLite's own errors. */
  exec(sql: string): void {
    this.#database.exec(sql);
  }

  /** Reads or sets a pragma; throws SQLite's own errors. */
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

/** Runs `use`; if it throws, closes the database and throws the error as `explain` returns it. */
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
