import { UserError } from '../core/user-error.ts';
import { type Move, type MoveTarget, targetOf } from './moves.ts';

/** How names and texts are quoted. */
export const SQL_DIALECTS = ['ansi', 'mysql'] as const;

/** Which column of which table has old references, and how it has them. */
export interface SqlSettings {
  /** `posts`, or `blog.posts`. */
  readonly table: string;
  readonly column: string;
  readonly dialect: (typeof SQL_DIALECTS)[number];
  /** `part`: somewhere in a text. `whole`: the column holds a UUID or a URL and nothing else. */
  readonly match: 'part' | 'whole';
  readonly to: MoveTarget | undefined;
}

/** An `UPDATE` for every item that has a new place, in one transaction. */
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
  const target = targetOf(move, settings.to);
  if (target === null || !move.isSettled) return '';
  const { from } = move;
  if (from.kind === 'path') return wholeUpdate(from.path, target.url, settings);
  if (from.kind !== 'file') return wholeUpdate(from.url, target.url, settings);
  if (target.uuid === null) return originalUpdate(from.url, target.url, settings);
  if (settings.match === 'part') return partUpdate(from.uuid, target.uuid, settings);
  const whole = wholeUpdate(from.uuid, target.uuid, settings);
  return whole + wholeUpdate(from.url, target.url, settings);
}

/** A UUID is found wherever it stands, and what is around it (host, operations) stays. */
function partUpdate(old: string, next: string, { target, dialect }: Quoting): string {
  const { table, column } = target;
  const [from, to] = [quotedText(old, dialect), quotedText(next, dialect)];
  return `UPDATE ${table} SET ${column} = REPLACE(${column}, ${from}, ${to}) WHERE ${column} LIKE '%${old}%';\n`;
}

/** Part of a longer URL is another URL, so the whole text must be equal. */
function wholeUpdate(old: string, next: string, { target, dialect }: Quoting): string {
  const { table, column } = target;
  if (old.includes('\0')) return ''; // no database has such a text
  return `UPDATE ${table} SET ${column} = ${quotedText(next, dialect)} WHERE ${column} = ${quotedText(old, dialect)};\n`;
}

/** A copy in a bucket has no operations: only URLs of the original are changed. */
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
