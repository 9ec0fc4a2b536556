import { basename } from 'node:path';
import { z } from 'zod';
import type { JsonObject } from '../core/json.ts';
import { composed } from '../core/same-text.ts';
import type { PathFacts } from '../core/world.ts';
import { KeysWanted } from './keys-wanted.ts';
import { type ListPorts, listFacts, listPath, STANDARD_INPUT } from './list-input.ts';
import { type ListReader, type ListShape, openList } from './list-reader.ts';
import type { ListFormat, ListRow } from './list-rows.ts';
import type { TextPlace } from './read-lines.ts';
import { type OnBadRow, Rejections, unusable } from './rejections.ts';
import type { Candidate, Source, SourcePage } from './source.ts';

const PAGE_ROWS = 1000;

/** A list as a job names it. */
export interface ListOptions {
  /** Absolute, or `-` for standard input. */
  readonly path: string;
  readonly format?: ListFormat | undefined;
  /** What separates the cells of a CSV; found out if absent. */
  readonly separator?: string | undefined;
  readonly column?: string | undefined;
  /** Columns to keep with the item; all where absent. */
  readonly columns?: readonly string[] | undefined;
  readonly onBadRow: OnBadRow;
  /** What steps want of the columns beside the key; nothing where absent. */
  readonly needs?: ColumnNeeds | undefined;
}

/** What steps want of a list's columns. */
export interface ColumnNeeds {
  /** The list must have these; a cell of them may be empty. */
  readonly columns: readonly string[];
  /** What is wrong with a row, in words; null where it is good. */
  readonly faultOf: (columns: JsonObject) => string | null;
}

/** What is one's own of a kind of list. */
export interface ListKind extends Pick<Source, 'kind' | 'lookUp'> {
  readonly naming: ListShape['naming'];
  /** The item's key, or why the text names none. */
  readonly readKey: (text: string) => { readonly key: string } | { readonly fault: string };
}

/**
 * A list that somebody wrote, read by places in it, so that a run goes on where it stopped. With
 * `onBadRow: fail` a bad row ends the walk; `checkWholeList` finds it before there is a run.
 */
export function listSource(options: ListOptions, kind: ListKind, ports: ListPorts): Source {
  const { files } = ports;
  const shape = shapeOf(options, kind);
  return {
    kind: kind.kind,
    uniqueKeys: false,
    ...(kind.lookUp === undefined ? {} : { lookUp: kind.lookUp }),
    async readPage(cursor, signal) {
      const path = listPath(options.path, ports);
      const name = nameOf(options);
      const facts = await listFacts(files, path);
      const from = placeOf(cursor, facts, name);
      const reading = { reader: await openList(files, { ...shape, path }), name, options, kind };
      const page = await readRows(reading, from, signal);
      const next = page.next === null ? null : JSON.stringify({ ...page.next, ...stampOf(facts) });
      return { ...page, next };
    },
  };
}

/**
 * Looks whether a list can be read and has its columns and, with `onBadRow: fail`, through all of
 * it, before a run begins; throws where it is not as the job wants it.
 */
export async function checkWholeList(
  options: ListOptions,
  kind: ListKind,
  ports: ListPorts,
  signal: AbortSignal,
): Promise<void> {
  const { files } = ports;
  const path = listPath(options.path, ports);
  await listFacts(files, path);
  const reader = await openList(files, { ...shapeOf(options, kind), path });
  const reading = { reader, name: nameOf(options), options, kind };
  // If each row has its own keys, only all rows together show that a wanted one is missing.
  const wantsKeys = reader.hasOwnKeys && wantedColumns(options).length > 0;
  if (options.onBadRow === 'fail' || wantsKeys) await checkAll(reading, signal);
}

function nameOf({ path }: ListOptions): string {
  return path === STANDARD_INPUT ? 'standard input' : basename(path);
}

function shapeOf(options: ListOptions, { naming, readKey }: ListKind): Omit<ListShape, 'path'> {
  return {
    name: nameOf(options),
    format: options.format,
    separator: options.separator,
    column: options.column,
    required: wantedColumns(options),
    naming,
    keyOf(text: string) {
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
  const keys = new KeysWanted(wantedColumns(reading.options));
  for await (const row of reader.rows({ offset: 0, line: 1 })) {
    signal.throwIfAborted();
    const item = itemOf(row, reading);
    if ('fault' in item) rejections.add({ place: `${name}:${row.line}`, reason: item.fault });
    if (row.keys !== undefined) keys.add(row.keys);
  }
  keys.check(name);
  if (rejections.count > 0 && reading.options.onBadRow === 'fail') throw rejections.toFailure();
}

type PlacedPage = Omit<SourcePage, 'next'> & { readonly next: TextPlace | null };

async function readRows(
  { reader, name, ...reading }: Reading,
  from: TextPlace,
  signal: AbortSignal,
): Promise<PlacedPage> {
  const candidates: Candidate[] = [];
  const rejections = new Rejections();
  for await (const row of reader.rows(from)) {
    signal.throwIfAborted();
    const item = itemOf(row, reading);
    if ('fault' in item) rejections.add({ place: `${name}:${row.line}`, reason: item.fault });
    else candidates.push(candidateOf(item.key, keptColumns(row.columns, reading.options)));
    if (candidates.length === PAGE_ROWS) return pageOf(row.next);
  }
  return pageOf(null);

  function pageOf(next: TextPlace | null): PlacedPage {
    if (rejections.count > 0 && reading.options.onBadRow === 'fail') throw rejections.toFailure();
    return { candidates, ...rejections.asPagePart(), next };
  }
}

function itemOf(
  row: ListRow,
  { kind, options }: Pick<Reading, 'kind' | 'options'>,
): ReturnType<ListKind['readKey']> {
  const fault =
    row.fault ??
    options.needs?.faultOf(row.columns) ??
    roundedNumber(keptColumns(row.columns, options));
  return fault === null ? kind.readKey(row.value) : { fault };
}

/** JSON has numbers of any length, and JavaScript would keep another one. */
function roundedNumber(columns: JsonObject): string | null {
  const isRounded = (value: unknown) => Number.isInteger(value) && !Number.isSafeInteger(value);
  const name = Object.keys(columns).find((key) => isRounded(columns[key]));
  if (name === undefined) return null;
  return `the number in ${JSON.stringify(name.slice(0, 60))} is too large to be kept exactly: put it in quotes`;
}

/** The columns that are named: a list without one of them is not the one that was meant. */
function wantedColumns({ columns = [], needs }: ListOptions): string[] {
  return [...new Set([...columns, ...(needs?.columns ?? [])])];
}

function keptColumns(columns: JsonObject, options: ListOptions): JsonObject {
  if (options.columns === undefined) return columns;
  const wanted = new Set(wantedColumns(options).map(composed));
  return Object.fromEntries(Object.entries(columns).filter(([name]) => wanted.has(composed(name))));
}

function candidateOf(key: string, columns: JsonObject): Candidate {
  const hasColumns = Object.keys(columns).length > 0;
  return { key, facts: null, ...(hasColumns ? { details: { columns } } : {}) };
}

const cursorSchema = z.object({
  offset: z.int().min(0),
  line: z.int().min(1),
  size: z.int().min(0),
  modifiedAt: z.number(),
});

/** A list that was changed since is another list: its lines are no longer where they were. */
function placeOf(cursor: string | null, facts: PathFacts, name: string): TextPlace {
  if (cursor === null) return { offset: 0, line: 1 };
  const place = cursorSchema.parse(JSON.parse(cursor));
  const { size, modifiedAt } = stampOf(facts);
  if (place.size === size && place.modifiedAt === modifiedAt) return place;
  throw unusable(
    'list_changed',
    `The list ${name} was changed since the run began: put it back as it was, or start a new run.`,
  );
}

function stampOf({ size, modifiedAt }: PathFacts): Pick<PathFacts, 'size' | 'modifiedAt'> {
  return { size, modifiedAt };
}
