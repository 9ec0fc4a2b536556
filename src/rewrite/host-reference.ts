import { COLON, SLASH } from './url-writing.ts';

/** The part of a CDN URL before the UUID. */
export interface HostReference {
  /** Number of characters from the start of the reference to the UUID. */
  readonly length: number;
  /** The text before the host, such as `https:` and `//`; may be empty. */
  readonly lead: string;
  readonly hasScheme: boolean;
  readonly host: string;
  /** The slash before the UUID. It shows how the document writes slashes. */
  readonly slash: string;
}

/**
 * Maximum length of a URL before the UUID: a scheme, a host of 253 characters, slashes in long
 * forms.
 */
export const LOOK_BACK = 512;

/** Finds a URL of one of the hosts at the end of the text before a UUID. */
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
