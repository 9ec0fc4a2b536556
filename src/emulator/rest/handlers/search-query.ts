import { refusals } from '../../protocol/rest-refusals.ts';
import { parseInstant } from '../../protocol/wire-instant.ts';
import { normaliseTags } from './tag-rules.ts';

/**
 * The limits of a range. `gt` and `lt` exclude the limit itself, `gte` and `lte` include it. A missing limit
 * is −Infinity or Infinity.
 */
export interface SearchRange {
  readonly gt: number;
  readonly gte: number;
  readonly lt: number;
  readonly lte: number;
}

/** The fields in which a search can look for a phrase or an exact value. */
export type SearchField = 'uuid' | 'original_filename' | 'detected_mime_type' | 'metadata';

/** A field by which the results are ordered. `step` 1 means ascending, −1 descending. */
export interface SearchSort {
  readonly field: 'score' | 'datetime_uploaded' | 'size' | 'original_filename';
  readonly step: 1 | -1;
}

/** The conditions of a search (docs/uploadcare-api.md 5b). A condition that is absent matches every file. */
export interface SearchQuery {
  readonly query: string | null;
  readonly phrase: ReadonlyMap<SearchField, string>;
  /** The allowed values of each field. The name of a metadata field is `metadata[key]`. */
  readonly exact: ReadonlyMap<string, readonly string[]>;
  readonly uploaded: SearchRange | null;
  readonly size: SearchRange | null;
  readonly isImage: boolean | null;
  readonly tags: Readonly<Record<'any' | 'all' | 'none', readonly string[] | null>>;
  readonly isFuzzy: boolean;
  readonly sort: readonly SearchSort[];
}

type Fields = Readonly<Record<string, unknown>>;

const SHORTEST_PHRASE = 4;
const MOST_SORT_KEYS = 4;
const CONDITIONS = ['query', 'phrase', 'exact', 'datetime_uploaded', 'size', 'is_image', 'tags'];
const PHRASE_FIELDS = ['original_filename', 'detected_mime_type', 'metadata'] as const;
const SORT_FIELDS = ['score', 'datetime_uploaded', 'size', 'original_filename'] as const;

/**
 * Reads the body of a search. docs/uploadcare-api.md 5b lists some of the error texts. The others are
 * assumptions: no recording of the real service shows them.
 */
export function parseSearchQuery(body: Fields): SearchQuery {
  if (!CONDITIONS.some((name) => body[name] !== undefined)) {
    throw refusals.fields({ non_field_errors: ['At least one search condition is required.'] });
  }
  const phrase = readPhrase(body['phrase']);
  const exact = readExact(body['exact']);
  const twice = [...phrase.keys()].find((field) =>
    [...exact.keys()].some((name) => name.split('[')[0] === field),
  );
  if (twice !== undefined) {
    throw refusals.fields({
      non_field_errors: [`Field \`${twice}\` can not be in both \`phrase\` and \`exact\`.`],
    });
  }
  return {
    query: body['query'] === undefined ? null : readPhraseText(['query'], body['query']),
    phrase,
    exact,
    uploaded: readRange('datetime_uploaded', body['datetime_uploaded'], readInstant),
    size: readRange('size', body['size'], readSize),
    isImage: readFlag('is_image', body['is_image']),
    tags: readTagFilters(body['tags']),
    isFuzzy: readFlag('fuzziness', body['fuzziness']) ?? false,
    sort: readSort(body['sort']),
  };
}

function readPhrase(value: unknown): ReadonlyMap<SearchField, string> {
  const phrase = new Map<SearchField, string>();
  for (const [name, text] of Object.entries(readObject('phrase', value))) {
    const field = PHRASE_FIELDS.find((known) => known === name);
    if (field === undefined) throw fieldError(['phrase', name], 'Unknown field.');
    phrase.set(field, readPhraseText(['phrase', name], text));
  }
  return phrase;
}

function readExact(value: unknown): ReadonlyMap<string, readonly string[]> {
  const exact = new Map<string, readonly string[]>();
  for (const [name, values] of Object.entries(readObject('exact', value))) {
    const isKnown = /^(?:uuid|detected_mime_type|original_filename|metadata\[.+\])$/.test(name);
    if (!isKnown) throw fieldError(['exact', name], 'Unknown field.');
    exact.set(name, readStrings(['exact', name], values));
  }
  return exact;
}

function readPhraseText(path: readonly string[], value: unknown): string {
  if (typeof value !== 'string') throw fieldError(path, 'Not a valid string.');
  if ([...value].length < SHORTEST_PHRASE) {
    throw fieldError(path, `Must be at least ${SHORTEST_PHRASE} characters.`);
  }
  return value.toLowerCase();
}

function readRange(
  name: string,
  value: unknown,
  parse: (bound: unknown) => number | undefined,
): SearchRange | null {
  if (value === undefined) return null;
  const range = { gt: -Infinity, gte: -Infinity, lt: Infinity, lte: Infinity };
  const bounds = Object.entries(readObject(name, value));
  if (bounds.length === 0) {
    throw fieldError([name, 'non_field_errors'], 'At least one bound is required.');
  }
  for (const [bound, text] of bounds) {
    const number = parse(text);
    if (!Object.hasOwn(range, bound)) throw fieldError([name, bound], 'Unknown bound.');
    if (number === undefined) throw fieldError([name, bound], 'Not a valid value.');
    range[bound as keyof SearchRange] = number;
  }
  return range;
}

function readTagFilters(value: unknown): SearchQuery['tags'] {
  const asked = readObject('tags', value);
  const unknown = Object.keys(asked).find((name) => !['any', 'all', 'none'].includes(name));
  if (unknown !== undefined) throw fieldError(['tags', unknown], 'Unknown field.');
  const read = (name: string) =>
    asked[name] === undefined ? null : normaliseTags(readStrings(['tags', name], asked[name]));
  return { any: read('any'), all: read('all'), none: read('none') };
}

function readSort(value: unknown): readonly SearchSort[] {
  const tokens = value === undefined ? [] : readStrings(['sort'], value);
  if (tokens.length > MOST_SORT_KEYS) {
    throw fieldError(['sort'], `Ensure this field has no more than ${MOST_SORT_KEYS} elements.`);
  }
  return tokens.map((token) => {
    const field = SORT_FIELDS.find((known) => known === token.replace(/^-/, ''));
    if (field === undefined) throw fieldError(['sort'], `"${token}" is not a valid choice.`);
    return { field, step: token.startsWith('-') ? -1 : 1 };
  });
}

function readObject(name: string, value: unknown): Fields {
  if (value === undefined) return {};
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw fieldError([name], 'Expected a dictionary of items.');
  }
  return { ...value };
}

function readStrings(path: readonly string[], value: unknown): readonly string[] {
  const isList = Array.isArray(value) && value.every((item) => typeof item === 'string');
  if (!isList) throw fieldError(path, 'Expected a list of strings.');
  if (value.length === 0) throw fieldError(path, 'This list may not be empty.');
  return value;
}

function readFlag(name: string, value: unknown): boolean | null {
  if (value === undefined) return null;
  if (typeof value !== 'boolean') throw fieldError([name], 'Must be a valid boolean.');
  return value;
}

function readInstant(value: unknown): number | undefined {
  return typeof value === 'string' ? parseInstant(value) : undefined;
}

function readSize(value: unknown): number | undefined {
  return Number.isSafeInteger(value) && Number(value) >= 0 ? Number(value) : undefined;
}

// Creates the error for one field. Its text is nested in objects that follow the path of the field.
function fieldError(path: readonly string[], message: string) {
  const nested = path.reduceRight<unknown>((inner, name) => ({ [name]: inner }), [message]);
  return refusals.fields(nested as Readonly<Record<string, unknown>>);
}
