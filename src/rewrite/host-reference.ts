import { COLON, SLASH } from './url-writing.ts';

/** The part of a CDN URL before the UUID, as a document contains it. */
export interface HostReference {
  /** Number of characters from the start of the URL to the UUID. */
  readonly length: number;
  /** The text before the host, such as `https://` or `//`. It may be empty. */
  readonly lead: string;
  readonly hasScheme: boolean;
  readonly host: string;
  /**
   * The slash before the UUID, as the document writes it. The document may escape slashes, and this one shows
   * how.
   */
  readonly slash: string;
}

/**
 * Maximum length of the part of a URL before the UUID: a scheme, a host with 253 characters, and slashes that
 * are written in a long form.
 */
export const LOOK_BACK = 512;

/** Creates a function that finds a URL of one of the hosts in the text just before a UUID. */
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
