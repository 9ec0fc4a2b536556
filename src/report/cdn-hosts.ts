import { type FileUuid, isFileUuid, parseFileUuid } from '../core/file-uuid.ts';
import { parseUrl } from '../core/parse-url.ts';
import { UserError } from '../core/user-error.ts';

/** The default host of files. */
export const DEFAULT_CDN_HOST = 'ucarecdn.com';
/** Hosts that have served Uploadcare's files. `*.` matches one or more labels. */
export const KNOWN_CDN_HOSTS: readonly string[] = [
  DEFAULT_CDN_HOST,
  `www.${DEFAULT_CDN_HOST}`,
  '*.ucarecd.net',
];

const LABEL = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
const HOST = new RegExp(`^(?:\\*\\.)?${LABEL}(?:\\.${LABEL})*(?::\\d{1,5})?$`);

/** Checks a host from the user, with an optional port and an optional leading `*.`. */
export function parseCdnHost(text: string): string {
  const host = text.trim().toLowerCase();
  if (host.length <= 253 && HOST.test(host)) return host;
  throw new UserError(
    'usage',
    `Not a host name: \`${text.slice(0, 80)}\`. Write it like cdn.example.com or *.ucarecd.net, without https:// and path.`,
  );
}

/** The CDN address of a file or a group. A host may include a scheme, for plain HTTP. */
export function cdnUrl(host: string, id: string): string {
  return `${host.includes('://') ? '' : 'https://'}${host}/${id}/`;
}

/**
 * The file if the URL is its original on one of the hosts; null for other URLs and for URLs with
 * operations.
 */
export function findOriginal(url: string, hosts: readonly string[]): FileUuid | null {
  const parsed = parseUrl(url);
  if (parsed === null) return null;
  const { host, pathname, search } = parsed;
  const [, uuid = ''] = /^\/([^/]+)\/?[^/]*$/.exec(pathname) ?? [];
  if (search !== '' || !isFileUuid(uuid)) return null;
  return hosts.some((pattern) => matchesHost(pattern, host)) ? parseFileUuid(uuid) : null;
}

/** Removes the scheme from a host, if there is one. */
export function withoutScheme(host: string): string {
  return host.replace(/^.*:\/\//, '');
}

function matchesHost(pattern: string, host: string): boolean {
  return pattern.startsWith('*.') ? host.endsWith(pattern.slice(1)) : host === pattern;
}
