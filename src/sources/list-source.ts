import { basename } from 'node:path';
import type { JsonObject } from '../core/json.ts';
import { composed } from '../core/same-text.ts';
import { createCandidate } from './list-candidate.ts';
import { fileStamp, parsePosition } from './list-cursor.ts';
import { type ListContext, listFacts, listPath, STANDARD_INPUT } from './list-input.ts';
import { type ListReader, type ListShape, openList } from './list-reader.ts';
import type { ListFormat, ListRow } from './list-rows.ts';
import type { TextPosition } from './read-lines.ts';
import { type OnBadRow, Rejections } from './rejections.ts';
import { RejectsFile } from './rejects-file.ts';
import { RequiredKeys } from './required-keys.ts';
import type { Candidate, Source, SourcePage } from './source.ts';

const PAGE_ROWS = 1000;
const NO_COLUMNS: JsonObject = {};

/** The options of a list in a job. */
export interface ListOptions {
  /** Absolute path of the list, or `-` for standard input. */
  readonly path: string;
  readonly format?: ListFormat | undefined;
  /** Separator between the cells of a CSV. By default, detected. */
  readonly separator?: string | undefined;
  readonly column?: string | undefined;
  /** The column that identifies an item. If absent, the item identifies itself. */
  readonly key?: string | undefined;
  /** Columns that are stored with the item. If absent, all columns. */
  readonly columns?: readonly string[] | undefined;
  readonly onBadRow: OnBadRow;
  /** Columns that the steps need. If absent, none. */
  readonly needs?: ColumnNeeds | undefined;
}

/** The requirements of a job's steps on the columns of a list. */
export interface ColumnNeeds {
  /** Columns that the list must have. Their cells may be empty. */
  readonly columns: readonly string[];
  /** Describes what is wrong with the columns of a row; null if nothing is. */
  readonly findFault: (columns: JsonObject) => string | null;
}

/** The properties in which lists of files and lists of URLs differ. */
export interface ListKind extends Pick<Source, 'kind' | 'lookUp'> {
  readonly naming: ListShape['naming'];
  /** Finds the key of the item in a text, or explains why the text contains none. */
  readonly readKey: (text: string) => { readonly key: string } | { readonly fault: string };
}

/**
 * Provides the items of a list that a person wrote. The cursor is a position in the file, so a run can be
 * resumed. With `onBadRow: fail`, an invalid row stops the run. `checkWholeList` normally finds such a row
 * before the run is created.
 */
export function listSource(options: ListOptions, kind: ListKind, context: ListContext): Source {
  const { files } = context;
  const shape = listShape(options, kind);
  let opened: { readonly stamp: string; readonly reader: ListReader } | null = null;
  return {
    kind: kind.kind,
    uniqueKeys: false,
    ...(kind.lookUp === undefined ? {} : { lookUp: kind.lookUp }),
    readPage: (cursor, signal) => readPage(cursor, context.rejectsPath ?? null, signal),
    readAgain: (cursor, signal) => readPage(cursor, null, signal),
  };

  /** Reads a page. If `rejectsPath` is not null, records its bad rows there. */
  async function readPage(
    cursor: string | null,
    rejectsPath: string | null,
    signal: AbortSignal,
  ): Promise<SourcePage> {
    const path = listPath(options.path, context);
    const name = listName(options);
    const facts = await listFacts(files, path);
    const from = parsePosition(cursor, facts, name);
    const stamp = JSON.stringify(fileStamp(facts));
    if (opened?.stamp !== stamp) {
      opened = { stamp, reader: await openList(files, { ...shape, path }) };
    }
    const place = rejectsPath === null ? null : { files, list: path, path: rejectsPath };
    const rejects = place && new RejectsFile(place, from.rejects ?? 0);
    const reading = { reader: opened.reader, name, options, kind, rejects };
    const page = await readRows(reading, from, signal);
    const length = (await rejects?.finish()) ?? 0;
    const next = { ...page.next, ...fileStamp(facts), ...(length > 0 && { rejects: length }) };
    return { ...page, next: page.next === null ? null : JSON.stringify(next) };
  }
}

/**
 * Checks that a list can be read and has the necessary columns, before a run starts. With `onBadRow: fail`,
 * checks all rows. Throws an error if the job can't use the list.
 */
export async function checkWholeList(
  options: ListOptions,
  kind: ListKind,
  context: ListContext,
  signal: AbortSignal,
): Promise<void> {
  const { files } = context;
  const path = listPath(options.path, context);
  await listFacts(files, path);
  const reader = await openList(files, { ...listShape(options, kind), path });
  const reading = { reader, name: listName(options), options, kind };
  // If each row has its own keys, ucbulk must read all rows to find out that a key is always missing.
  const wantsKeys = reader.hasOwnKeys && requiredColumns(options).length > 0;
  if (options.onBadRow === 'fail' || wantsKeys) await checkAll(reading, signal);
}

function listName({ path }: ListOptions): string {
  return path === STANDARD_INPUT ? 'standard input' : basename(path);
}

function listShape(options: ListOptions, { naming, readKey }: ListKind): Omit<ListShape, 'path'> {
  return {
    name: listName(options),
    format: options.format,
    separator: options.separator,
    column: options.column,
    required: requiredColumns(options),
    keeps: createColumnTest(options),
    naming,
    findKey(text: string) {
      const read = readKey(text);
      return 'key' in read ? read.key : null;
    },
  };
}

interface Reading {
  readonly reader: ListReader;
  readonly name: string;
  readonly options: ListOptions;
  readonly kind: ListKind;
}

async function checkAll({ reader, name, ...reading }: Reading, signal: AbortSignal): Promise<void> {
  const rejections = new Rejections();
  const keys = new RequiredKeys(requiredColumns(reading.options));
  const read = createItemReader(reading);
  for await (const rows of reader.rows({ offset: 0, line: 1 })) {
    signal.throwIfAborted();
    for (const row of rows) {
      const item = read(row);
      if ('fault' in item) rejections.add({ place: `${name}:${row.line}`, reason: item.fault });
      if (row.keys !== undefined) keys.add(row.keys);
    }
  }
  keys.check(name);
  if (rejections.count > 0 && reading.options.onBadRow === 'fail') throw rejections.toFailure();
}

type RowPage = Omit<SourcePage, 'next'> & { readonly next: TextPosition | null };

async function readRows(
  { reader, name, rejects, ...reading }: Reading & { readonly rejects: RejectsFile | null },
  from: TextPosition,
  signal: AbortSignal,
): Promise<RowPage> {
  const candidates: Candidate[] = [];
  const rejections = new Rejections();
  const read = createItemReader(reading);
  for await (const rows of reader.rows(from)) {
    signal.throwIfAborted();
    for (const row of rows) {
      const item = read(row);
      if ('fault' in item) {
        const { line, start, next } = row;
        rejections.add({ place: `${name}:${line}`, reason: item.fault });
        rejects?.add({ line, reason: item.fault, start, end: next.offset });
      } else candidates.push(item);
      if (rejects?.isFull === true) await rejects.flush();
      if (candidates.length === PAGE_ROWS) return finishPage(row.next);
    }
  }
  return finishPage(null);

  function finishPage(next: TextPosition | null): RowPage {
    if (rejections.count > 0 && reading.options.onBadRow === 'fail') throw rejections.toFailure();
    return { candidates, ...rejections.asPagePart(), next };
  }
}

/** Creates a function that converts a row to an item, or explains why the row is invalid. */
function createItemReader({
  kind,
  options,
}: Pick<Reading, 'kind' | 'options'>): (row: ListRow) => Candidate | { readonly fault: string } {
  const select = createColumnSelector(options);
  return (row) => {
    const columns = select(row.columns);
    const fault =
      row.fault ?? options.needs?.findFault(row.columns) ?? findRoundedNumber(columns) ?? null;
    if (fault !== null) return { fault };
    const item = kind.readKey(row.value);
    if (!('fault' in item))
      return createCandidate(item.key, { columns, row, keyColumn: options.key });
    return isLikeHeader(row) ? { fault: `${item.fault}; ${headerAdvice(row)}` } : item;
  };
}

/** True for a first line that names a column, in a list that has one item a line. */
function isLikeHeader({ line, keys, value }: ListRow): boolean {
  return line === 1 && keys === undefined && /^[A-Za-z][\w -]{0,63}$/.test(value);
}

function headerAdvice({ value }: ListRow): string {
  return `this line looks like a header: remove it, or save the list as .csv and set \`column: ${value}\` in a job file`;
}

/**
 * Finds an integer that is too large for JavaScript, which would round it without an error. Returns null if
 * there is none.
 */
function findRoundedNumber(columns: JsonObject): string | null {
  const isRounded = (value: unknown) => Number.isInteger(value) && !Number.isSafeInteger(value);
  const name = Object.keys(columns).find((key) => isRounded(columns[key]));
  if (name === undefined) return null;
  return `the number in ${JSON.stringify(name.slice(0, 60))} is too large to be kept exactly: put it in quotes`;
}

/** The columns that the job names. If one of them is missing, it is probably the wrong list. */
function requiredColumns({ columns = [], needs, key }: ListOptions): string[] {
  return [...new Set([...columns, ...(needs?.columns ?? []), ...(key === undefined ? [] : [key])])];
}

/** Creates a function that removes the columns that are not stored with the items. */
function createColumnSelector(options: ListOptions): (columns: JsonObject) => JsonObject {
  if (options.columns === undefined) return (columns) => columns;
  if (requiredColumns(options).length === 0) return () => NO_COLUMNS;
  const isKept = createColumnTest(options);
  return (columns) => Object.fromEntries(Object.entries(columns).filter(([name]) => isKept(name)));
}

function createColumnTest(options: ListOptions): (name: string) => boolean {
  if (options.columns === undefined) return () => true;
  const wanted = new Set(requiredColumns(options).map(composed));
  return (name) => wanted.has(composed(name));
}
