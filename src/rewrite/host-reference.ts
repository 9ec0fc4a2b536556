import { COLON, SLASH } from './url-writing.ts';

/** What stands before a UUID in a URL of the CDN. */
export interface HostReference {
  /** Characters from its beginning to the UUID. */
  readonly length: number;
  /** `https:`, `//` and what else is before the host; empty where nothing is. */
  readonly lead: string;
  readonly hasScheme: boolean;
  readonly host: string;
  /** The slash before the UUID: how slashes are written here. */
  readonly slash: string;
}

/** How far before a UUID its URL may begin: a scheme, a host of 253 characters, slashes in long forms. */
export const LOOK_BACK = 512;

/** Finds the beginning of a URL of one of the hosts in the text that ends where a UUID begins. */
export function hostReferenceFinder(
  hosts: readonly string[],
): (before: string) => HostReference | null {
  const names = hosts.map(hostPattern).join('|');
  const pattern = new RegExp(
    `(?<lead>(?<scheme>https?${COLON})?${SLASH}${SLASH}|(?<![a-z0-9._@%-]))(?<host>${names})(?<slash>${SLASH})$`,
    'i',
  );
  return (before) => {
    const found = pattern.exec(before);
    if (found === null) return null;
    const { lead = '', scheme, host = '', slash = '' } = found.groups ?? {};
    return { length: found[0].length, lead, hasScheme: scheme !== undefined, host, slash };
  };
}

function hostPattern(host: string): string {
  const literal = host.replace(/^\*\./, '').replaceAll('.', '\\.').replace(':', COLON);
  return host.startsWith('*.') ? `(?:[a-z0-9-]{1,63}\\.){1,4}${literal}` : literal;
}
