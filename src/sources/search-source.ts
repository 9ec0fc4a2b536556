import * as z from 'zod';
import { needsApi07 } from '../core/api-version.ts';
import { formatCounted } from '../core/counted.ts';
import type { FileFacts } from '../core/file-facts.ts';
import { present } from '../core/present.ts';
import { composed, spellings } from '../core/same-text.ts';
import { allOf } from '../core/verdict.ts';
import {
  type Check,
  compileFilter,
  exactMetadataCheck,
  type Now,
} from '../filters/compile-filter.ts';
import type { RestClient } from '../uploadcare/rest-client.ts';
import {
  type FileSearch,
  MAX_SEARCH_PAGE,
  SEARCH_CEILING,
  type SearchOptions,
} from '../uploadcare/search-api.ts';
import { defineSource } from './descriptor.ts';
import { lookUpFile } from './look-up-file.ts';
import { fieldReader } from './read-fields.ts';
import { unavailable } from './rejections.ts';
import { type SearchConditions, searchOptions } from './search-options.ts';
import type { Source } from './source.ts';

/**
 * The upload time must come first, because each page continues at the upload time at which the last page
 * ended.
 */
const SORT = ['datetime_uploaded', 'size', 'original_filename'];

/**
 * The position in a search: upload times from `from` on (ms since 1970; null at the beginning). `skip` is the
 * number of files with exactly this time that were already read.
 */
interface Window {
  readonly from: number | null;
  readonly skip: number;
}

/**
 * Provides all files that a search finds. The service returns only a limited number of hits for a search. So
 * each page is a new search, which starts at the upload time at which the last page ended. The search index
 * is about 15 s late, so the newest files may be missing.
 */
export function searchSource(
  client: Pick<RestClient, 'search' | 'files' | 'metadata' | 'tags'>,
  search: FileSearch,
): Source {
  const { search: api, files } = client;
  return {
    kind: 'search',
    uniqueKeys: false,
    async readPage(cursor, signal) {
      const window = parseWindow(cursor);
      const options = optionsFor(search, window);
      const { files: found, hasMore } = await api.find(options, signal);
      const isLast = !hasMore && found.length < options.limit;
      const next = isLast ? null : JSON.stringify(windowAfter(window, found));
      return { candidates: found.map((facts) => ({ key: facts.uuid, facts })), next };
    },
    lookUp: (key, signal) => lookUpFile(files, key, signal),
    readFields: fieldReader(client),
    ...(hasWords(search) && {
      async stillFinds(key, signal) {
        const exact = { ...search.exact, uuid: [key] };
        const options = { search: { ...search, exact }, sort: SORT, limit: 1, offset: 0 };
        return (await api.find(options, signal)).files.some(({ uuid }) => uuid === key);
      },
    }),
  };
}

/** True if the search contains words. The facts of a file do not show whether it matches words. */
function hasWords({ query, phrase }: FileSearch): boolean {
  return query !== undefined || phrase !== undefined;
}

const windowSchema = z.object({ from: z.int().nullable(), skip: z.int().min(0) });

function parseWindow(cursor: string | null): Window {
  return cursor === null ? { from: null, skip: 0 } : windowSchema.parse(JSON.parse(cursor));
}

function optionsFor(search: FileSearch, { from, skip }: Window): SearchOptions {
  const limit = Math.min(MAX_SEARCH_PAGE, SEARCH_CEILING - 1 - skip);
  if (limit < 1) {
    throw unavailable(
      'search_too_dense',
      `More than ${SEARCH_CEILING} files that match were uploaded in the same ms (${from}); narrow the search, e.g. by size.`,
    );
  }
  const window = from === null ? {} : { uploaded: { ...upperBound(search), gte: toIso(from) } };
  return { search: { ...search, ...window }, sort: SORT, limit, offset: skip };
}

/**
 * The latest upload time of the search. Each page is a new search from the current position. The position
 * never lies before the earliest upload time, so only the latest must be added.
 */
function upperBound({ uploaded }: FileSearch): NonNullable<FileSearch['uploaded']> {
  const { lt, lte } = uploaded ?? {};
  return { ...(lt === undefined ? {} : { lt }), ...(lte === undefined ? {} : { lte }) };
}

/**
 * The position after a page. The next page repeats the files with the last upload time of this page. A file
 * that is read twice does less harm than one that is missed. If all files of this page have the same time,
 * the next page skips exactly these files.
 */
function windowAfter({ from, skip }: Window, found: readonly FileFacts[]): Window {
  const last = found.at(-1)?.uploadedAt ?? from;
  return last === from ? { from, skip: skip + found.length } : { from: last, skip: 0 };
}

function toIso(ms: number): string {
  return new Date(ms).toISOString();
}

/** Converts the search of a job to a request. */
function toFileSearch(search: SearchConditions): FileSearch {
  const { query, phrase, exact, uploaded, size, isImage, tags, fuzzy } = search;
  return present({
    query: query && composed(query),
    phrase: phrase && present({ ...toPhraseQuery(phrase), mimeType: phrase.mime }),
    exact: exact && present({ ...toExactQuery(exact), mimeType: exact.mime }),
    uploaded:
      uploaded && present({ gte: toIsoDate(uploaded.after), lt: toIsoDate(uploaded.before) }),
    size: size && present({ gte: size.min, lte: size.max }),
    isImage,
    tags: tags && present(tags),
    fuzziness: fuzzy || undefined,
  });
}

function toPhraseQuery({ name, metadata }: NonNullable<SearchConditions['phrase']>) {
  return { filename: name && composed(name), metadata: metadata && composed(metadata) };
}

/**
 * Searches for exact values in both Unicode forms (NFC and NFD), because the form of a file name depends on
 * the system of its uploader.
 */
function toExactQuery({ uuid, name, metadata }: NonNullable<SearchConditions['exact']>) {
  const entries = Object.entries(metadata ?? {}).map(([key, values]) => {
    return [key, values.flatMap(spellings)] as const;
  });
  return {
    uuid,
    filename: name?.flatMap(spellings),
    metadata: metadata && Object.fromEntries(entries),
  };
}

function toIsoDate(ms: number | undefined): string | undefined {
  return ms === undefined ? undefined : toIso(ms);
}

/**
 * Converts a search to a condition that ucbulk can check with the facts of a file. Values that never change
 * (UUID, name, MIME type) need no check, so they are left out. Search words are left out too, because the
 * facts can't decide them. To check the words, ucbulk repeats the search (`stillFinds`).
 */
function searchCondition(search: SearchConditions, now: Now): Check {
  const { exact = {}, uploaded, size, isImage, tags } = search;
  const matches = compileFilter({ uploaded, size, isImage, tags }, now);
  const checks = Object.entries(exact.metadata ?? {}).map(([key, values]) =>
    exactMetadataCheck(key, values),
  );
  return (facts) => allOf([matches(facts), ...checks.map((check) => check(facts))]);
}

function describeSearch(search: SearchConditions): string {
  const { query, phrase, exact, uploaded, size, isImage, tags } = search;
  const conditions = [
    ...(query === undefined ? [] : [`with "${query}"`]),
    ...texts(phrase, 'with'),
    ...texts(exact, 'by exact'),
    ...(uploaded?.after === undefined ? [] : [`uploaded from ${toIso(uploaded.after)} on`]),
    ...(uploaded?.before === undefined ? [] : [`uploaded before ${toIso(uploaded.before)}`]),
    ...(size?.min === undefined ? [] : [`of at least ${formatCounted(size.min, 'byte')}`]),
    ...(size?.max === undefined ? [] : [`of at most ${formatCounted(size.max, 'byte')}`]),
    ...(isImage === undefined ? [] : [isImage ? 'that are images' : 'that are no images']),
    ...texts(tags, 'tagged'),
  ];
  return `Searches for files ${conditions.join(', ')}`;
}

function texts(block: object | undefined, word: string): string[] {
  return Object.entries(present(block ?? {})).map(
    ([key, value]) => `${word} ${key} ${JSON.stringify(value)}`,
  );
}

/** The source `search`: files that the service's search finds. */
export const search = defineSource({
  kind: 'search',
  options: searchOptions,
  summary: "Files that the service's search finds, also more than 1,000",
  gives: () => 'file',
  tellsFacts: 'always',
  lists: 'service',
  selects: true,
  describe: describeSearch,
  versionFault: needsApi07('version 0.6 has no search'),
  queryCondition: searchCondition,
  create: (options, { client }) => searchSource(client, toFileSearch(options)),
});
