import { type FileUuid, isFileUuid, parseFileUuid } from '../core/file-uuid.ts';
import { parseUrl } from '../core/parse-url.ts';
import { UserError } from '../core/user-error.ts';

/** The default host of files. */
export const DEFAULT_CDN_HOST = 'ucarecdn.com';
/** Hosts that serve or served Uploadcare's files. `*.` stands for one or more labels of the name. */
export const KNOWN_CDN_HOSTS: readonly string[] = [
  DEFAULT_CDN_HOST,
  `www.${DEFAULT_CDN_HOST}`,
  '*.ucarecd.net',
];

const LABEL = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
const HOST = new RegExp(`^(?:\\*\\.)?${LABEL}(?:\\.${LABEL})*(?::\\d{1,5})?$`);

/** Checks a host that the user gave. It may have a port, and may start with `*.`. */
export function parseCdnHost(text: string): string {
  const host = text.trim().toLowerCase();
  if (host.length <= 253 && HOST.test(host)) return host;
  throw new UserError(
    'usage',
    `Not a host name: \`${text.slice(0, 80)}\`. Write it like cdn.example.com or *.ucarecd.net, without https:// and path.`,
  );
}

/**
 * The CDN URL of a file or a group. The host usually has no scheme, and the URL then uses HTTPS. A host with
 * a scheme allows plain HTTP.
 */
export function cdnUrl(host: string, id: string): string {
  return `${host.includes('://') ? '' : 'https://'}${host}/${id}/`;
}

/** True if a new URL leads to a file on the CDN, so that image operations can follow it. */
export function isFileUrl(url: string): boolean {
  return isFileUuid(/\/([^/]+)\/$/.exec(url)?.[1] ?? '');
}

/**
 * Returns the file whose original this URL shows. Null if the URL has none of the hosts, or if it contains
 * image operations.
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
