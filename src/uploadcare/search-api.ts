import type { FileFacts } from '../core/file-facts.ts';
import type { JsonObject, JsonValue } from '../core/json.ts';
import type { ApiRequest, Send } from '../transport/send.ts';
import type { FileDetails } from './wire/file-details.ts';
import { parseFoundAppData, parseSearchPage } from './wire/search-answer.ts';

/** Maximum number of files on one page. */
export const MAX_SEARCH_PAGE = 100;

/** `offset + limit` of a search must be below this number (docs/uploadcare-api.md 5b). */
export const SEARCH_CEILING = 1000;

/** A range of values: times in the format RFC 3339, or numbers of bytes. */
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

/**
 * The conditions of a search. A file must meet all of them, and there must be at least one
 * (docs/uploadcare-api.md 5b).
 */
export interface FileSearch {
  /**
   * A text of at least 4 characters. The service searches the name, the metadata and the MIME type for it.
   */
  readonly query?: string;
  /** Texts of at least 4 characters. The service searches for each text only in the field with its name. */
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

/** A search, and the page of its results to return. */
export interface SearchOptions {
  readonly search: FileSearch;
  /**
   * The order of the files: at most four of `score`, `datetime_uploaded`, `size` and `original_filename`. `-`
   * before the name means descending. If the list is empty, the order may change between pages, so a file may
   * be on several pages or on none.
   */
  readonly sort: readonly string[];
  /** Number of files on the page, 1 to `MAX_SEARCH_PAGE`. */
  readonly limit: number;
  /** Number of files before the page. `offset + limit` must be below `SEARCH_CEILING`. */
  readonly offset: number;
}

/** One page of results. The service's search index shows changes about 15 s late. */
interface SearchPage {
  readonly files: readonly FileFacts[];
  /** The number of files that match, according to the search index. */
  readonly total: number;
  readonly hasMore: boolean;
}

/** The endpoint `POST /files/search/`. It changes nothing, although its method is POST. */
export interface SearchApi {
  find(options: SearchOptions, signal: AbortSignal): Promise<SearchPage>;
  /**
   * Returns up to `MAX_SEARCH_PAGE` files with the data that add-ons have stored with them. Leaves out files
   * for which the service did not send this data.
   */
  findWithAppData(search: FileSearch, signal: AbortSignal): Promise<readonly FileDetails[]>;
}

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
    async findWithAppData(search, signal) {
      const request: ApiRequest = {
        method: 'POST',
        target: `/files/search/?limit=${MAX_SEARCH_PAGE}&offset=0&include=appdata`,
        body: { ...buildBody(search), sort: ['datetime_uploaded'] },
        mutates: false,
        signal,
      };
      return parseFoundAppData(request, await send(request));
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

/**
 * Converts the conditions to fields of the request. Each metadata key has its own field, `metadata[<key>]`.
 */
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
