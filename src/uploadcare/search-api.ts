import type { FileFacts } from '../core/file-facts.ts';
import type { JsonObject, JsonValue } from '../core/json.ts';
import type { ApiRequest, Send } from '../transport/send.ts';
import { parseSearchPage } from './wire/search-answer.ts';

/** Files asked for in one request, at most. */
export const MAX_SEARCH_PAGE = 100;

/** `offset + limit` stays below it (api 5b). */
export const SEARCH_CEILING = 1000;

/** Bounds of a search; RFC 3339 for times, bytes for sizes. */
interface SearchRange<Bound extends string | number> {
  readonly gt?: Bound;
  readonly gte?: Bound;
  readonly lt?: Bound;
  readonly lte?: Bound;
}

/** Any of several values, field by field. */
interface SearchExact {
  readonly uuid?: readonly string[];
  readonly mimeType?: readonly string[];
  readonly filename?: readonly string[];
  readonly metadata?: Readonly<Record<string, readonly string[]>>;
}

/** What files must meet, all of it; at least one condition (api 5b). */
export interface FileSearch {
  /** At least 4 characters: name, metadata, MIME type. */
  readonly query?: string;
  /** At least 4 characters each. */
  readonly phrase?: {
    readonly filename?: string;
    readonly mimeType?: string;
    readonly metadata?: string;
  };
  readonly exact?: SearchExact;
  readonly uploaded?: SearchRange<string>;
  readonly size?: SearchRange<number>;
  readonly isImage?: boolean;
  readonly tags?: {
    readonly any?: readonly string[];
    readonly all?: readonly string[];
    readonly none?: readonly string[];
  };
  readonly fuzziness?: boolean;
}

/** One page of a search. */
export interface SearchOptions {
  readonly search: FileSearch;
  /** Without an order pages are not stable; at most four of score, datetime_uploaded, size, original_filename, `-` for descending. */
  readonly sort: readonly string[];
  /** 1 to `MAX_SEARCH_PAGE`. */
  readonly limit: number;
  /** With `limit` below `SEARCH_CEILING`. */
  readonly offset: number;
}

/** What a search found; its index is some 15 s behind. */
interface SearchPage {
  readonly files: readonly FileFacts[];
  /** How many files match; the index's word. */
  readonly total: number;
  readonly hasMore: boolean;
}

/** `POST /files/search/`: a read, for all its method. */
export interface SearchApi {
  find(options: SearchOptions, signal: AbortSignal): Promise<SearchPage>;
}

/** The search endpoint over one transport. */
export function createSearchApi(send: Send): SearchApi {
  return {
    async find({ search, sort, limit, offset }, signal) {
      if (limit < 1 || limit > MAX_SEARCH_PAGE || offset + limit >= SEARCH_CEILING) {
        throw new Error(`No page of a search: ${limit} files from ${offset} on`);
      }
      const request: ApiRequest = {
        method: 'POST',
        target: `/files/search/?limit=${limit}&offset=${offset}`,
        body: { ...bodyOf(search), sort: [...sort] },
        mutates: false,
        lane: 'list',
        signal,
      };
      return parseSearchPage(request, await send(request));
    },
  };
}

function bodyOf(search: FileSearch): JsonObject {
  const { query, phrase, exact, uploaded, size, isImage, tags, fuzziness } = search;
  return given({
    query,
    phrase: phrase && textFields(phrase, phrase.metadata),
    exact: exact && exactFields(exact),
    datetime_uploaded: uploaded && { ...uploaded },
    size: size && { ...size },
    is_image: isImage,
    tags: tags && given({ any: list(tags.any), all: list(tags.all), none: list(tags.none) }),
    fuzziness,
  });
}

function textFields(
  fields: { readonly filename?: string; readonly mimeType?: string },
  metadata: string | undefined,
): JsonObject {
  return given({
    original_filename: fields.filename,
    detected_mime_type: fields.mimeType,
    metadata,
  });
}

/** Metadata is asked for key by key, each as `metadata[<key>]`. */
function exactFields({ uuid, mimeType, filename, metadata }: SearchExact): JsonObject {
  const keys = Object.entries(metadata ?? {}).map(([key, values]): [string, JsonValue] => [
    `metadata[${key}]`,
    [...values],
  ]);
  return {
    ...given({
      uuid: list(uuid),
      detected_mime_type: list(mimeType),
      original_filename: list(filename),
    }),
    ...Object.fromEntries(keys),
  };
}

function list(values: readonly string[] | undefined): JsonValue | undefined {
  return values === undefined ? undefined : [...values];
}

function given(fields: Readonly<Record<string, JsonValue | undefined>>): JsonObject {
  const block: JsonObject = {};
  for (const [name, value] of Object.entries(fields)) {
    if (value !== undefined) block[name] = value;
  }
  return block;
}
