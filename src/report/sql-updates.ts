import { UserError } from '../core/user-error.ts';
import { type Move, type MoveTarget, selectTarget } from './moves.ts';

/** Dialects of SQL. They differ in the quotes of names and texts. */
export const SQL_DIALECTS = ['ansi', 'mysql'] as const;

/** The database column that contains old UUIDs or URLs, and settings for its updates. */
export interface SqlSettings {
  /** Name of the table, with or without its schema: `posts` or `blog.posts`. */
  readonly table: string;
  readonly column: string;
  readonly dialect: (typeof SQL_DIALECTS)[number];
  /**
   * `part`: the column contains a text in which UUIDs or URLs occur. `whole`: the column contains only one
   * UUID or URL.
   */
  readonly match: 'part' | 'whole';
  readonly to: MoveTarget | undefined;
}

/** Writes an `UPDATE` for each item with a new URL. All updates are in one transaction. */
export function* sqlUpdates(all: Iterable<Move>, settings: SqlSettings): Generator<string> {
  const quoting = { ...settings, target: quotedNames(settings) };
  yield 'BEGIN;\n';
  for (const move of all) yield statementsFor(move, quoting);
  yield 'COMMIT;\n';
}

interface Quoting extends SqlSettings {
  readonly target: { readonly table: string; readonly column: string };
}

function statementsFor(move: Move, settings: Quoting): string {
  const target = selectTarget(move, settings.to);
  if (target === null || !move.isSettled) return '';
  const { from } = move;
  if (from.kind === 'path') return wholeUpdate(from.path, target.url, settings);
  if (from.kind !== 'file') return wholeUpdate(from.url, target.url, settings);
  if (target.uuid === null) return originalUpdate(from.url, target.url, settings);
  if (settings.match === 'part') return partUpdate(from.uuid, target.uuid, settings);
  const whole = wholeUpdate(from.uuid, target.uuid, settings);
  return whole + wholeUpdate(from.url, target.url, settings);
}

/** Replaces a UUID anywhere in a text. The text around it, such as host and image operations, stays. */
function partUpdate(old: string, next: string, { target, dialect }: Quoting): string {
  const { table, column } = target;
  const [from, to] = [quotedText(old, dialect), quotedText(next, dialect)];
  return `UPDATE ${table} SET ${column} = REPLACE(${column}, ${from}, ${to}) WHERE ${column} LIKE '%${old}%';\n`;
}

/**
 * Replaces the value of the column only if it equals the old text. A value that only starts with the old text
 * is another URL.
 */
function wholeUpdate(old: string, next: string, { target, dialect }: Quoting): string {
  const { table, column } = target;
  if (old.includes('\0')) return ''; // no database stores such a text
  return `UPDATE ${table} SET ${column} = ${quotedText(next, dialect)} WHERE ${column} = ${quotedText(old, dialect)};\n`;
}

/**
 * Replaces only URLs of the original file. A URL with image operations stays, because a copy in a bucket has
 * no image operations.
 */
function originalUpdate(old: string, next: string, { target, dialect }: Quoting): string {
  const { table, column } = target;
  const start = old.replace(/\/?$/, '/');
  return `UPDATE ${table} SET ${column} = ${quotedText(next, dialect)} WHERE ${column} = ${quotedText(start.slice(0, -1), dialect)} OR (${column} LIKE ${quotedText(`${start}%`, dialect)} AND ${column} NOT LIKE '%/-/%');\n`;
}

function quotedText(text: string, dialect: SqlSettings['dialect']): string {
  const escaped = dialect === 'mysql' ? text.replaceAll('\\', '\\\\') : text;
  return `'${escaped.replaceAll("'", "''")}'`;
}

function quotedNames({ table, column, dialect }: SqlSettings): Quoting['target'] {
  const quote = (name: string) => {
    const mark = dialect === 'mysql' ? '`' : '"';
    if (name === '' || /\p{Cc}/u.test(name)) {
      throw new UserError('usage', `Not a name of a table or column: ${JSON.stringify(name)}`);
    }
    return `${mark}${name.replaceAll(mark, mark + mark)}${mark}`;
  };
  return { table: table.split('.').map(quote).join('.'), column: quote(column) };
}
