import type { FileFacts } from '../core/file-facts.ts';
import type { JsonObject, JsonValue } from '../core/json.ts';
import type { ApiRequest, Send } from '../transport/send.ts';
import { parseSearchPage } from './wire/search-answer.ts';

/** Maximum number of files in one request. */
export const MAX_SEARCH_PAGE = 100;

/** `offset + limit` must stay below this (api 5b). */
export const SEARCH_CEILING = 1000;

/** Bounds of a search; RFC 3339 for times, bytes for sizes. */
interface SearchRange<Bound extends string | number> {
  readonly gt?: Bound;
  readonly gte?: Bound;
  readonly lt?: Bound;
  readonly lte?: Bound;
}

/** Allowed values by field. A file matches if each of these fields has one of its allowed values. */
interface SearchExact {
  readonly uuid?: readonly string[];
  readonly mimeType?: readonly string[];
  readonly filename?: readonly string[];
  readonly metadata?: Readonly<Record<string, readonly string[]>>;
}

/** The conditions of a search; a file must meet all of them. At least one is required (api 5b). */
export interface FileSearch {
  /** At least 4 characters; searches name, metadata and MIME type. */
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
  /**
   * Without an order, pages are not stable. At most four of score, datetime_uploaded, size,
   * original_filename; `-` for descending.
   */
  readonly sort: readonly string[];
  /** 1 to `MAX_SEARCH_PAGE`. */
  readonly limit: number;
  /** `offset + limit` must be below `SEARCH_CEILING`. */
  readonly offset: number;
}

/** The results of a search. The search index lags about 15 s behind. */
interface SearchPage {
  readonly files: readonly FileFacts[];
  /** Number of matching files, according to the index. */
  readonly total: number;
  readonly hasMore: boolean;
}

/** `POST /files/search/`: a read, despite the method. */
export interface SearchApi {
  find(options: SearchOptions, signal: AbortSignal): Promise<SearchPage>;
}

/** Makes the search endpoint for one transport. */
export function createSearchApi(send: Send): SearchApi {
  return {
    async find({ search, sort, limit, offset }, signal) {
      if (limit < 1 || limit > MAX_SEARCH_PAGE || offset + limit >= SEARCH_CEILING) {
        throw new Error(`No page of a search: ${limit} files from ${offset} on`);
      }
      const request: ApiRequest = {
        method: 'POST',
        target: `/files/search/?limit=${limit}&offset=${offset}`,
        body: { ...buildBody(search), sort: [...sort] },
        mutates: false,
        signal,
      };
      return parseSearchPage(request, await send(request));
    },
  };
}

function buildBody(search: FileSearch): JsonObject {
  const { query, phrase, exact, uploaded, size, isImage, tags, fuzziness } = search;
  return withoutUndefined({
    query,
    phrase: phrase && textFields(phrase, phrase.metadata),
    exact: exact && exactFields(exact),
    datetime_uploaded: uploaded && { ...uploaded },
    size: size && { ...size },
    is_image: isImage,
    tags:
      tags && withoutUndefined({ any: list(tags.any), all: list(tags.all), none: list(tags.none) }),
    fuzziness,
  });
}

function textFields(
  fields: { readonly filename?: string; readonly mimeType?: string },
  metadata: string | undefined,
): JsonObject {
  return withoutUndefined({
    original_filename: fields.filename,
    detected_mime_type: fields.mimeType,
    metadata,
  });
}

/** Each metadata key is a field of its own, `metadata[<key>]`. */
function exactFields({ uuid, mimeType, filename, metadata }: SearchExact): JsonObject {
  const keys = Object.entries(metadata ?? {}).map(([key, values]): [string, JsonValue] => [
    `metadata[${key}]`,
    [...values],
  ]);
  return {
    ...withoutUndefined({
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

function withoutUndefined(fields: Readonly<Record<string, JsonValue | undefined>>): JsonObject {
  const block: JsonObject = {};
  for (const [name, value] of Object.entries(fields)) {
    if (value !== undefined) block[name] = value;
  }
  return block;
}
