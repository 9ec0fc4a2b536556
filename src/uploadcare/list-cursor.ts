import { ClassifiedError } from '../core/failure.ts';

/** The service's limit for one page; more is never asked for. */
const MAX_PAGE = 1000;

/** What a listing may be asked; absent means the service's default. */
export interface ListQuery {
  readonly limit?: number | undefined;
  readonly ordering?: 'datetime_uploaded' | '-datetime_uploaded';
  readonly stored?: boolean | undefined;
  readonly removed?: boolean | undefined;
  /** RFC 3339; exclusive. */
  readonly from?: string;
}

const PATH = '/files/';
const PARAMETERS: ReadonlySet<string> = new Set([
  'limit',
  'offset',
  'from',
  'to',
  'ordering',
  'stored',
  'removed',
  'include',
]);
const ORIGIN_AND_TARGET = /^([a-z]+:\/\/[^/?#@\\]+)(\/.*)$/i;
const PLAIN = /^[!-[\]-~]+$/; // printable ASCII without the backslash, which URL parsers read as a slash

/** The target of a listing's first page. */
export function firstPageTarget(query: ListQuery): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) parameters.set(name, String(value));
  }
  parameters.set('limit', String(Math.min(MAX_PAGE, Math.max(1, query.limit ?? MAX_PAGE))));
  return `${PATH}?${parameters}`;
}

/**
 * Path and query of a `next` link (or of one that passed here before), byte for byte. The
 * signature goes with them, so they may lead nowhere but to this listing at this origin.
 */
export function checkCursor(link: string, origin: string): string {
  if (!PLAIN.test(link) || link.includes('#')) throw refused(link, 'has characters no link has');
  const target = targetOf(link, origin);
  const [path, query, ...rest] = target.split('?');
  if (path !== PATH) throw refused(link, `leads to another path than ${PATH}`);
  if (rest.length > 0) throw refused(link, 'has two queries');
  for (const pair of (query ?? '').split('&')) {
    const name = pair.split('=')[0] ?? '';
    if (pair !== '' && !PARAMETERS.has(name)) {
      throw refused(link, `has the parameter \`${name.slice(0, 40)}\`, which no listing has`);
    }
  }
  return target;
}

function targetOf(link: string, origin: string): string {
  if (link.startsWith('/')) return link;
  const [, linkOrigin, target] = ORIGIN_AND_TARGET.exec(link) ?? [];
  if (linkOrigin === undefined || target === undefined) throw refused(link, 'is no link');
  if (!isSameOrigin(linkOrigin, origin)) throw refused(link, `leads away from ${origin}`);
  return target;
}

/** `URL` knows default ports and letter case; the text itself is never taken from it. */
function isSameOrigin(one: string, other: string): boolean {
  return URL.canParse(one) && URL.canParse(other) && new URL(one).origin === new URL(other).origin;
}

function refused(link: string, why: string): ClassifiedError {
  const shown = link.slice(0, 200).replaceAll(/[^!-~]+/g, '?');
  return new ClassifiedError({
    kind: 'fatal',
    effect: 'none',
    code: 'bad_next',
    message: `The link to the next page ${why}: ${shown}; it was not followed`,
    fatalCause: 'configuration',
  });
}
