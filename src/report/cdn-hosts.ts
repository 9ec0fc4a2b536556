import { type FileUuid, isFileUuid, parseFileUuid } from '../core/file-uuid.ts';
import { UserError } from '../core/user-error.ts';

/** Where files are served if nothing else is said. */
export const DEFAULT_CDN_HOST = 'ucarecdn.com';
/** Hosts that Uploadcare's files have been served from. `*.` is one label or more. */
export const KNOWN_CDN_HOSTS: readonly string[] = [
  DEFAULT_CDN_HOST,
  `www.${DEFAULT_CDN_HOST}`,
  '*.ucarecd.net',
];

const LABEL = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
const HOST = new RegExp(`^(?:\\*\\.)?${LABEL}(?:\\.${LABEL})*(?::\\d{1,5})?$`);

/** Checks a host that a user named; a port may follow it, and `*.` stand before it. */
export function parseCdnHost(text: string): string {
  const host = text.trim().toLowerCase();
  if (host.length <= 253 && HOST.test(host)) return host;
  throw new UserError(
    'usage',
    `Not a host name: \`${text.slice(0, 80)}\`. Such as cdn.example.com or *.ucarecd.net, without https:// and path.`,
  );
}

/** The address of a file or a group on the CDN; a host that is asked over plain HTTP has its scheme. */
export function cdnUrl(host: string, id: string): string {
  return `${host.includes('://') ? '' : 'https://'}${host}/${id}/`;
}

/** The file whose original a URL of one of the hosts is; null where it is none, or has operations. */
export function originalOf(url: string, hosts: readonly string[]): FileUuid | null {
  if (!URL.canParse(url)) return null;
  const { host, pathname, search } = new URL(url);
  const [, uuid = ''] = /^\/([^/]+)\/?[^/]*$/.exec(pathname) ?? [];
  if (search !== '' || !isFileUuid(uuid)) return null;
  return hosts.some((pattern) => hostMatches(pattern, host)) ? parseFileUuid(uuid) : null;
}

/** The host without the scheme that it may have. */
export function withoutScheme(host: string): string {
  return host.replace(/^.*:\/\//, '');
}

function hostMatches(pattern: string, host: string): boolean {
  return pattern.startsWith('*.') ? host.endsWith(pattern.slice(1)) : host === pattern;
}
