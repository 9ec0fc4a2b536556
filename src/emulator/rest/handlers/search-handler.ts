import type { EmulatedFile } from '../../core/emulated-file.ts';
import { mixBits } from '../../core/integer-hash.ts';
import type { FileRef } from '../../files/project-files.ts';
import { refusals } from '../../protocol/rest-refusals.ts';
import type { Answer, Exchange } from '../exchange.ts';
import { matchFile, type SearchHit } from './search-match.ts';
import { parseSearchQuery, type SearchSort } from './search-query.ts';

interface Found extends SearchHit {
  readonly ref: FileRef;
  readonly file: EmulatedFile;
}

// The service returns at most 1,000 files for one search (docs/uploadcare-api.md 5b).
const CEILING = 1000;
const DEFAULT_LIMIT = 20;
const HIGHEST_LIMIT = 100;

/**
 * Answers `POST /files/search/` (docs/uploadcare-api.md 5b). No recording of the real service shows a search,
 * so all details come from the vendor's documentation.
 */
export function searchFiles(exchange: Exchange): Answer {
  const { limit, offset } = readWindow(exchange.query());
  const query = parseSearchQuery(exchange.jsonObject());
  const found: Found[] = [];
  for (const { ref, file } of exchange.project.searchIndex.files(exchange.now)) {
    const hit = matchFile(file, query);
    if (hit !== undefined) found.push({ ref, file, ...hit });
  }
  found.sort((a, b) => compare(a, b, query.sort) || shuffled(exchange, a) - shuffled(exchange, b));
  const results = found.slice(offset, offset + limit).map((hit) => hitJson(exchange, hit));
  const hasNext = offset + limit < found.length && offset + limit * 2 < CEILING;
  const next = hasNext ? link(exchange, limit, offset + limit) : null;
  const previous = offset > 0 ? link(exchange, limit, Math.max(0, offset - limit)) : null;
  const head = { next, previous, total: found.length, per_page: limit };
  return {
    status: 200,
    body: `${JSON.stringify(head).slice(0, -1)},"results":[${results.join(',')}]}`,
  };
}

// Reads `limit` and `offset`. The error text for values out of range is an assumption: no recording of the
// real service shows it.
function readWindow(asked: ReadonlyMap<string, string>): { limit: number; offset: number } {
  const limit = readWhole('limit', asked.get('limit') ?? String(DEFAULT_LIMIT));
  const offset = readWhole('offset', asked.get('offset') ?? '0');
  if (limit < 1 || limit > HIGHEST_LIMIT) {
    throw refusals.fields({ limit: [`Must be between 1 and ${HIGHEST_LIMIT}.`] });
  }
  if (offset + limit >= CEILING) {
    throw refusals.fields({ offset: [`offset + limit must be less than ${CEILING}.`] });
  }
  return { limit, offset };
}

function readWhole(name: string, text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw refusals.fields({ [name]: ['A valid integer is required.'] });
  return Number(text);
}

function compare(a: Found, b: Found, sort: readonly SearchSort[]): number {
  // If the client does not ask for an order, the files that match best come first (vendor's documentation,
  // page `docs/file-search`).
  const keys: readonly SearchSort[] = sort.length === 0 ? [{ field: 'score', step: -1 }] : sort;
  for (const { field, step } of keys) {
    const order = compareField(a, b, field);
    if (order !== 0) return order * step;
  }
  return 0;
}

function compareField(a: Found, b: Found, field: SearchSort['field']): number {
  switch (field) {
    case 'score':
      return a.score - b.score;
    case 'datetime_uploaded':
      return a.file.uploadedAt - b.file.uploadedAt;
    case 'size':
      return a.file.size - b.file.size;
    case 'original_filename':
      return a.file.name === b.file.name ? 0 : a.file.name < b.file.name ? -1 : 1;
  }
}

// Returns a random number that decides the order of files that are equal in the requested order. It changes
// with each request. So if the requested order leaves files equal, a client that reads several pages gets
// some files twice and misses others. The service warns about this (docs/uploadcare-api.md 5b).
function shuffled({ now }: Exchange, { ref }: Found): number {
  return mixBits(now | 0, ref);
}

function hitJson(exchange: Exchange, { ref, highlight }: Found): string {
  const json = exchange.fileJson(ref, exchange.extra());
  if (Object.keys(highlight).length === 0) return json;
  return `${json.slice(0, -1)},"highlight":${JSON.stringify(highlight)}}`;
}

function link(exchange: Exchange, limit: number, offset: number): string {
  const query = new URLSearchParams([...exchange.query()]);
  query.set('limit', String(limit));
  query.set('offset', String(offset));
  return `${exchange.origins.api}${exchange.path}?${query}`;
}
