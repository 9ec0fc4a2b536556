import { isFileUuid } from '../core/file-uuid.ts';
import { ScratchMap } from '../ledger/scratch-map.ts';
import { followMoves } from './follow-moves.ts';
import { type Move, type MoveTarget, selectTarget } from './moves.ts';
import { type SqlColumn, type SqlWriter, sqlWriter } from './sql-columns.ts';

/** The database column that contains old UUIDs or URLs, and settings for its updates. */
export interface SqlSettings extends SqlColumn {
  /**
   * `part`: the column contains a text in which UUIDs or URLs occur. `whole`: the column, or a text in its
   * JSON, contains only one UUID or URL.
   */
  readonly match: 'part' | 'whole';
  readonly to: MoveTarget | undefined;
  /** Receives a warning if the updates can't do what `part` says. */
  readonly onLimit?: ((warning: string) => void) | undefined;
}

/** Number of items whose updates are in one transaction. A transaction locks each row that it changes. */
const BATCH = 1000;

/**
 * Writes updates for each item with a new URL, a batch of them in each transaction. The updates can be
 * repeated: if a file moved several times, each update leads to its last place. `moves` reads the map from its
 * beginning; it is called twice.
 */
export function* sqlUpdates(moves: () => Iterable<Move>, settings: SqlSettings): Generator<string> {
  const writer = sqlWriter(settings);
  const map = ScratchMap.of(fileMoves(moves(), settings.to));
  try {
    yield `${writer.head}BEGIN;\n`;
    let count = 0;
    let hasWholeOnly = false;
    for (const move of moves()) {
      const updates = updatesFor(move, { ...settings, writer, map });
      if (updates.length === 0) continue;
      if (count > 0 && count % BATCH === 0) yield 'COMMIT;\nBEGIN;\n';
      count += 1;
      if (move.from.kind !== 'file') hasWholeOnly = true;
      yield updates.map((update) => `${writer.assign}${update};\n`).join('');
    }
    yield 'COMMIT;\n';
    if (hasWholeOnly && settings.match === 'part') settings.onLimit?.(WHOLE_ONLY);
  } finally {
    map.close();
  }
}

const WHOLE_ONLY =
  'The SQL changes only values that are exactly an old URL. It leaves URLs inside of longer texts, such as HTML: write the table to a file (mysqldump, pg_dump), replace the URLs there with `ucbulk rewrite`, and load it again. `--match whole` says that you know this.';

interface Context extends SqlSettings {
  readonly writer: SqlWriter;
  readonly map: ScratchMap;
}

/** The target that replaces an old file or URL. */
type Target = NonNullable<ReturnType<typeof selectTarget>>;

function* fileMoves(
  moves: Iterable<Move>,
  to: MoveTarget | undefined,
): Generator<readonly [string, string]> {
  for (const move of moves) {
    const target = selectTarget(move, to);
    if (move.from.kind !== 'file' || target === null || !move.isSettled) continue;
    yield [move.from.uuid, target.uuid ?? target.url];
  }
}

/** The updates of an item, each without its beginning. */
function updatesFor(move: Move, context: Context): string[] {
  const { from, isSettled } = move;
  const target = selectTarget(move, context.to);
  if (target === null || !isSettled) return [];
  if (from.kind === 'path') return wholeUpdate(from.path, target.url, context);
  if (from.kind === 'url') {
    const { url, encodedUrl = url } = from;
    return [...new Set([url, encodedUrl])].flatMap((old) => wholeUpdate(old, target.url, context));
  }
  if (from.kind !== 'file') return wholeUpdate(from.url, target.url, context);
  const last = lastTarget(from.uuid, target, context.map);
  if (last === null) return [];
  if (last.uuid === null) return originalUpdates(from.url, last.url, context);
  if (context.match === 'part') return [partUpdate(from.uuid, last.uuid, context)];
  return [
    ...wholeUpdate(from.uuid, last.uuid, context),
    ...wholeUpdate(from.url, last.url, context),
  ];
}

/** The last place of a file that moved several times; null if the moves form a circle. */
function lastTarget(
  uuid: string,
  { uuid: first, url }: Target,
  map: ScratchMap,
): { readonly uuid: string | null; readonly url: string } | null {
  const last = followMoves(map, uuid);
  if (last === null) return null;
  if (!isFileUuid(last)) return { uuid: null, url: last };
  return { uuid: last, url: first === null ? url : url.replace(first, last) };
}

/** Replaces a UUID anywhere in a text. The text around it, such as host and image operations, stays. */
function partUpdate(old: string, next: string, { writer }: Context): string {
  return `${writer.replace([[old, next]])} WHERE ${writer.content} LIKE '%${old}%'`;
}

/**
 * Replaces the value of the column only if it equals the old text. A value that only starts with the old text
 * is another URL. In a JSON column, replaces each text that equals the old one.
 */
function wholeUpdate(old: string, next: string, { writer, type, dialect }: Context): string[] {
  if (old.includes('\0')) return []; // no database stores such a text
  if (type === 'text') return [`${writer.quote(next)} WHERE ${writer.equals(old)}`];
  const pairs = jsonPairs(old, next, dialect);
  const conditions = pairs.map(([text]) => writer.contains(text));
  return [`${writer.replace(pairs)} WHERE ${conditions.join(' OR ')}`];
}

/** The old and the new text as JSON. MariaDB keeps JSON as it was stored, and PHP writes `\/` in it. */
function jsonPairs(
  old: string,
  next: string,
  dialect: SqlColumn['dialect'],
): (readonly [string, string])[] {
  const plain = [JSON.stringify(old), JSON.stringify(next)] as const;
  if (dialect !== 'mysql' || !old.includes('/')) return [plain];
  return [plain, [escapeSlashes(plain[0]), escapeSlashes(plain[1])]];
}

function escapeSlashes(json: string): string {
  return json.replaceAll('/', '\\/');
}

/**
 * Replaces only URLs of the original file. A URL with image operations stays, because a copy in a bucket has
 * no image operations.
 */
function originalUpdates(old: string, next: string, context: Context): string[] {
  const { writer, type } = context;
  const start = old.replace(/\/?$/, '/');
  const bare = start.slice(0, -1);
  if (type === 'json') {
    return [...wholeUpdate(bare, next, context), ...wholeUpdate(start, next, context)];
  }
  const { content, quote } = writer;
  return [
    `${quote(next)} WHERE ${content} = ${quote(bare)} OR (${content} LIKE ${quote(`${start}%`)} AND ${content} NOT LIKE '%/-/%')`,
  ];
}
