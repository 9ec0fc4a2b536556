import { UserError } from '../core/user-error.ts';

/** Dialects of SQL. They differ in the quotes of names and texts, and in type casts. `ansi` works in SQLite too. */
export const SQL_DIALECTS = ['ansi', 'postgresql', 'mysql'] as const;
/** Types of the column. `json` is for the types `json` and `jsonb`. */
export const SQL_TYPES = ['text', 'json'] as const;

/** The database column that contains old UUIDs or URLs. */
export interface SqlColumn {
  /** Name of the table, with or without its schema: `posts` or `blog.posts`. */
  readonly table: string;
  readonly column: string;
  readonly dialect: (typeof SQL_DIALECTS)[number];
  readonly type: (typeof SQL_TYPES)[number];
}

/** The parts of SQL statements that depend on the dialect and on the type of the column. */
export interface SqlWriter {
  /** The statements before the first transaction. */
  readonly head: string;
  /** The updates begin with this text: the table and the column to which they assign. */
  readonly assign: string;
  /** An expression with the content of the column as text. */
  readonly content: string;
  /** A condition that is true if the column equals a text exactly, with upper and lower case. */
  equals(text: string): string;
  /** Quotes a text. */
  quote(text: string): string;
  /** An expression that replaces texts in the column. */
  replace(pairs: readonly (readonly [old: string, next: string])[]): string;
  /** A condition that is true if the column contains a text. It may ignore upper and lower case. */
  contains(text: string): string;
}

/** Creates a writer for a column. Throws a `UserError` if a name is not valid, or if the dialect has no JSON. */
export function sqlWriter({ table, column, dialect, type }: SqlColumn): SqlWriter {
  const isMysql = dialect === 'mysql';
  if (type === 'json' && dialect === 'ansi') {
    throw new UserError(
      'usage',
      'Databases differ in their JSON. Add --dialect postgresql or --dialect mysql to --type json.',
    );
  }
  const name = quotedName(column, dialect);
  const content = type === 'text' ? name : contentOfJson(name, dialect);
  const cast = type === 'json' && !isMysql ? '::jsonb' : '';
  const quote = (text: string) => quotedText(text, dialect);
  return {
    head: HEADS[dialect],
    assign: `UPDATE ${table
      .split('.')
      .map((part) => quotedName(part, dialect))
      .join('.')} SET ${name} = `,
    content,
    quote,
    equals(text) {
      const exact = `CONVERT(${name} USING utf8mb4) COLLATE utf8mb4_bin = ${quote(text)}`;
      return `${name} = ${quote(text)}${isMysql ? ` AND ${exact}` : ''}`;
    },
    replace(pairs) {
      const change = (inner: string, [old, next]: (typeof pairs)[number]) =>
        `REPLACE(${inner}, ${quote(old)}, ${quote(next)})`;
      return pairs.reduce(change, content) + cast;
    },
    contains: (text) =>
      isMysql
        ? `LOCATE(${quote(text)}, ${content}) > 0`
        : `POSITION(${quote(text)} IN ${content}) > 0`,
  };
}

/**
 * Settings of the session. MySQL can be set to read `\` in a text as an ordinary character, and its client to
 * send another encoding. Old servers of PostgreSQL may read `\` as an escape.
 */
const HEADS: Readonly<Record<SqlColumn['dialect'], string>> = {
  ansi: '',
  postgresql: "SET client_encoding = 'UTF8';\nSET standard_conforming_strings = on;\n",
  mysql:
    "SET NAMES utf8mb4;\nSET SESSION sql_mode = REPLACE(@@SESSION.sql_mode, 'NO_BACKSLASH_ESCAPES', '');\n",
};

/** The text of a JSON column. PostgreSQL writes `json` as it was stored, and `jsonb` in one form. */
function contentOfJson(name: string, dialect: SqlColumn['dialect']): string {
  return dialect === 'mysql' ? `CONVERT(${name} USING utf8mb4)` : `${name}::jsonb::text`;
}

function quotedText(text: string, dialect: SqlColumn['dialect']): string {
  const escaped = dialect === 'mysql' ? text.replaceAll('\\', '\\\\') : text;
  return `'${escaped.replaceAll("'", "''")}'`;
}

function quotedName(name: string, dialect: SqlColumn['dialect']): string {
  const mark = dialect === 'mysql' ? '`' : '"';
  if (name === '' || /\p{Cc}/u.test(name)) {
    throw new UserError('usage', `Not a name of a table or column: ${JSON.stringify(name)}`);
  }
  return `${mark}${name.replaceAll(mark, mark + mark)}${mark}`;
}
