import type { FileKind } from '../../core/emulated-file.ts';
import { refusals } from '../../protocol/rest-refusals.ts';
import { parseInstant } from '../../protocol/wire-instant.ts';

const DEFAULT_LIMIT = 100;
const HIGHEST_LIMIT = 1000;
// Accepted values of a flag, in upper or lower case. One of the vendor's clients sends `removed=0` by
// default, another sends `True`.
const FLAGS = new Map([
  ['true', true],
  ['1', true],
  ['false', false],
  ['0', false],
]);

/**
 * The options of a listing (docs/uploadcare-api.md 3.1). `from` and `to` are upload times in microseconds
 * since 1970. In a listing by size, they are bytes.
 */
export interface ListQuery {
  readonly kind: FileKind;
  /** 1 lists from old to new, −1 from new to old. */
  readonly step: 1 | -1;
  readonly limit: number;
  readonly from: number | null;
  readonly to: number | null;
  readonly offset: number;
}

/** The options that every kind of list has. */
export type PageQuery = Omit<ListQuery, 'kind'>;

/**
 * Reads the query of a listing. Throws the service's error for an unknown value (docs/uploadcare-api.md
 * 15.6).
 */
export function parseListQuery(query: ReadonlyMap<string, string>): ListQuery {
  const kind = readKind(flag(query, 'removed') ?? false, flag(query, 'stored'));
  return { kind, ...parsePageQuery(query, 'datetime_uploaded') };
}

/** Reads the query of a v0.6 listing by size. Its `from` and `to` are bytes (docs/uploadcare-api.md 1.7). */
export function parseSizeQuery(query: ReadonlyMap<string, string>): ListQuery {
  const kind = readKind(flag(query, 'removed') ?? false, flag(query, 'stored'));
  return { kind, ...parsePageQuery(query, 'size') };
}

/**
 * Reads the options that every kind of list has. `field` is the field by which the list is ordered: groups by
 * `datetime_created`, files of v0.6 also by `size`.
 */
export function parsePageQuery(
  query: ReadonlyMap<string, string>,
  field: 'datetime_uploaded' | 'datetime_created' | 'size',
): PageQuery {
  const parseKey = field === 'size' ? whole : parseInstant;
  return {
    step: readStep(query.get('ordering'), field),
    limit: readLimit(query.get('limit')),
    from: readKey(query, 'from', parseKey),
    to: readKey(query, 'to', parseKey),
    offset: whole(query.get('offset')) ?? 0,
  };
}

function readKind(isRemoved: boolean, isStored: boolean | undefined): FileKind {
  // A removed file has no `datetime_stored`. So a listing of files that are both removed and stored is always
  // empty (docs/uploadcare-api.md 3.1).
  if (isRemoved) return isStored === true ? 'none' : 'removed';
  if (isStored === undefined) return 'existing';
  return isStored ? 'stored' : 'unstored';
}

function flag(query: ReadonlyMap<string, string>, name: string): boolean | undefined {
  const value = query.get(name);
  if (value === undefined) return undefined;
  const known = FLAGS.get(value.toLowerCase());
  if (known === undefined) throw refusals.badParameter(name, value);
  return known;
}

function readStep(ordering: string | undefined, field: string): 1 | -1 {
  if (ordering === undefined || ordering === field) return 1;
  if (ordering === `-${field}`) return -1;
  throw refusals.badParameter('ordering', ordering);
}

// Reads the number of entries per page. Assumption: a number out of range becomes the nearest allowed value
// (docs/uploadcare-api.md 15.5), and any other text means the default. No recording of the real service shows
// these cases.
function readLimit(text: string | undefined): number {
  if (text !== undefined && /^-\d+$/.test(text)) return 1;
  return Math.min(Math.max(whole(text) ?? DEFAULT_LIMIT, 1), HIGHEST_LIMIT);
}

function readKey(
  query: ReadonlyMap<string, string>,
  name: string,
  parse: (text: string) => number | undefined,
): number | null {
  const value = query.get(name);
  if (value === undefined) return null;
  const key = parse(value);
  if (key === undefined) throw refusals.badParameter(name, value);
  return key;
}

function whole(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
