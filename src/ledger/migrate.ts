import { UserError } from '../core/user-error.ts';
import type { CrashHook } from '../core/world.ts';
import type { Connection } from './connection.ts';

/**
 * The number that marks a SQLite file as ours (the letters "UCBK"). It also shows whether somebody emptied
 * the file: SQLite opens an empty file as a new database, which does not have this number.
 */
const APPLICATION_ID = 0x5543424b;

/** A kind of database and its schema, with one SQL text for each version. */
export interface Schema {
  /** For messages: `ledger`, `catalog`. */
  readonly name: string;
  readonly migrations: readonly string[];
}

/** Brings a new or older database to the newest schema. Each version is one transaction. */
export function migrate(database: Connection, schema: Schema, crash: CrashHook = () => {}): void {
  const version = schemaVersion(database);
  if (version > schema.migrations.length) throw newerFile(database.name, schema, version);
  schema.migrations.slice(version).forEach((sql, index) => {
    const target = version + index + 1;
    database
      .transaction(() => {
        // While this process waited for the lock, another process may have done the migration.
        if (schemaVersion(database) >= target) return;
        database.exec(sql);
        void crash('migration-step');
        database.pragma(`application_id = ${APPLICATION_ID}`);
        database.pragma(`user_version = ${target}`);
      })
      .immediate();
  });
}

/**
 * Throws a `UserError` if a file is not ours, was emptied, or was written by a newer version of ucbulk. If
 * `database` is a copy, `path` is the path of the original for the message.
 */
export function checkSchema(database: Connection, schema: Schema, path = database.name): void {
  const id = database.pragma('application_id', { simple: true });
  if (id !== APPLICATION_ID) {
    throw new UserError(
      'configuration',
      `${path} is not a ucbulk ${schema.name}: it is empty, or belongs to another program. Nothing was changed in it.`,
    );
  }
  const version = schemaVersion(database);
  if (version > schema.migrations.length) throw newerFile(path, schema, version);
}

/** The schema version of the database: the number of its migrations. */
export function schemaVersion(database: Connection): number {
  return Number(database.pragma('user_version', { simple: true }));
}

function newerFile(path: string, schema: Schema, version: number): UserError {
  return new UserError(
    'configuration',
    `The ${schema.name} ${path} was written by a newer version of ucbulk (schema ${version}; this version knows ${schema.migrations.length}). Nothing was changed. Update ucbulk, then run this again.`,
  );
}
