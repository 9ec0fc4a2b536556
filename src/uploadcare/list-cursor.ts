import { ClassifiedError } from '../core/failure.ts';
import { parseUrl } from '../core/parse-url.ts';

/** Maximum number of entries on one page; this is a limit of Uploadcare. */
const MAX_PAGE = 1000;

/** Parameters for the list of files. For a missing parameter, the service uses its default. */
export interface ListQuery {
  readonly limit?: number | undefined;
  /** The order by size exists only in version 0.6 of the REST API. */
  readonly ordering?: 'datetime_uploaded' | '-datetime_uploaded' | 'size' | '-size';
  readonly stored?: boolean | undefined;
  readonly removed?: boolean | undefined;
  /**
   * The list starts after this value: a time in the format RFC 3339, or a number of bytes if the order is by
   * size.
   */
  readonly from?: string | number;
  readonly include?: 'appdata';
  /** Exists only in version 0.6 of the REST API. */
  readonly add_fields?: 'rekognition_info';
}

/** Parameters for the list of groups. */
export interface GroupListQuery {
  readonly limit?: number | undefined;
  readonly ordering?: 'datetime_created' | '-datetime_created';
  /** The list starts after this time, which has the format RFC 3339. */
  readonly from?: string;
}

/**
 * Rules for the links between the pages of a list: the path that they must have, and the parameters that they
 * may have.
 */
export interface Listing {
  readonly path: string;
  readonly parameters: ReadonlySet<string>;
}

const PAGING = ['limit', 'offset', 'from', 'to', 'ordering'];

const FILE_LISTING: Listing = {
  path: '/files/',
  parameters: new Set([...PAGING, 'stored', 'removed', 'include', 'add_fields']),
};

export const GROUP_LISTING: Listing = { path: '/groups/', parameters: new Set(PAGING) };

const ORIGIN_AND_TARGET = /^([a-z]+:\/\/[^/?#@\\]+)(\/.*)$/i;
// Printable ASCII characters without the backslash, because URL parsers read a backslash as a slash.
const PLAIN = /^[!-[\]-~]+$/;

/** Returns the path and query for the first page of a list. */
export function firstPageTarget(
  query: ListQuery | GroupListQuery,
  { path }: Listing = FILE_LISTING,
): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) parameters.set(name, String(value));
  }
  parameters.set('limit', String(Math.min(MAX_PAGE, Math.max(1, query.limit ?? MAX_PAGE))));
  return `${path}?${parameters}`;
}

/**
 * Checks a link to the next page and returns its path and query without changing a character. Also accepts a
 * path and query that this function returned before. ucbulk signs the request to the link, so the link must
 * lead to the same list of the same service.
 */
export function checkCursor(link: string, origin: string, listing = FILE_LISTING): string {
  if (!PLAIN.test(link) || link.includes('#')) throw refused(link, 'has characters no link has');
  const target = targetWithoutOrigin(link, origin);
  const [path, query, ...rest] = target.split('?');
  if (path !== listing.path) throw refused(link, `leads to another path than ${listing.path}`);
  if (rest.length > 0) throw refused(link, 'has two queries');
  for (const pair of (query ?? '').split('&')) {
    const name = pair.split('=')[0] ?? '';
    if (pair !== '' && !listing.parameters.has(name)) {
      throw refused(link, `has the parameter \`${name.slice(0, 40)}\`, which no listing has`);
    }
  }
  return target;
}

function targetWithoutOrigin(link: string, origin: string): string {
  if (link.startsWith('/')) return link;
  const [, linkOrigin, target] = ORIGIN_AND_TARGET.exec(link) ?? [];
  if (linkOrigin === undefined || target === undefined) throw refused(link, 'is no link');
  if (!isSameOrigin(linkOrigin, origin)) throw refused(link, `leads away from ${origin}`);
  return target;
}

/** Compares two origins with `URL`, which ignores the case of letters and adds default ports. */
function isSameOrigin(one: string, other: string): boolean {
  const origin = parseUrl(one)?.origin;
  return origin !== undefined && origin === parseUrl(other)?.origin;
}

function refused(link: string, why: string): ClassifiedError {
  const printable = link.slice(0, 200).replaceAll(/[^!-~]+/g, '?');
  return new ClassifiedError({
    kind: 'fatal',
    effect: 'none',
    code: 'bad_next',
    message: `The link to the next page ${why}: ${printable}; it was not followed`,
    fatalCause: 'configuration',
  });
}
