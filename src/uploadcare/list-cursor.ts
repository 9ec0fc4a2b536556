import { ClassifiedError } from '../core/failure.ts';
import { parseUrl } from '../core/parse-url.ts';

/** The service's limit for one page; ucbulk never asks for more. */
const MAX_PAGE = 1000;

/** Parameters of a listing. An absent parameter has the service's default. */
export interface ListQuery {
  readonly limit?: number | undefined;
  /** Ordering by size exists in v0.6 only. */
  readonly ordering?: 'datetime_uploaded' | '-datetime_uploaded' | 'size' | '-size';
  readonly stored?: boolean | undefined;
  readonly removed?: boolean | undefined;
  /** RFC 3339, or bytes if the order is by size; exclusive. */
  readonly from?: string | number;
  readonly include?: 'appdata';
  /** v0.6 only. */
  readonly add_fields?: 'rekognition_info';
}

/** Parameters of the listing of groups. */
export interface GroupListQuery {
  readonly limit?: number | undefined;
  readonly ordering?: 'datetime_created' | '-datetime_created';
  /** RFC 3339; exclusive. */
  readonly from?: string;
}

/** A listing: the only path that its links may have, and the allowed parameters. */
export interface Listing {
  readonly path: string;
  readonly parameters: ReadonlySet<string>;
}

const PAGING = ['limit', 'offset', 'from', 'to', 'ordering'];

/** `GET /files/`. */
const FILE_LISTING: Listing = {
  path: '/files/',
  parameters: new Set([...PAGING, 'stored', 'removed', 'include', 'add_fields']),
};

/** `GET /groups/`. */
export const GROUP_LISTING: Listing = { path: '/groups/', parameters: new Set(PAGING) };

const ORIGIN_AND_TARGET = /^([a-z]+:\/\/[^/?#@\\]+)(\/.*)$/i;
const PLAIN = /^[!-[\]-~]+$/; // printable ASCII without the backslash, which URL parsers read as a slash

/** Makes the target of a listing's first page. */
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
 * Returns the path and query of a `next` link, or of one that was checked before, byte for byte.
 * Requests to it are signed, so the link may only lead to this listing at this origin.
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

/**
 * `URL` handles default ports and letter case; only origins are taken from it, never the link's
 * text.
 */
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
