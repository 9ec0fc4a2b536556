import { isIPv4, isIPv6 } from 'node:net';
import { parseUrl } from '../core/parse-url.ts';
import { UploadRefusal } from '../protocol/upload-refusal.ts';

const SCHEME = /^([a-z][a-z\d+.-]*):/i;
const HOST_NAME = /^(?=.{1,253}\.?$)(?:(?!-)[a-z\d_-]{1,63}(?<!-)(?:\.|$))+$/i;
// Addresses that are not on the public internet (RFC 6890): this machine, private and link-local networks,
// networks of carriers, and addresses for tests.
const PRIVATE_IPV4 =
  /^(?:0|10|127)\.|^169\.254\.|^192\.168\.|^172\.(?:1[6-9]|2\d|3[01])\.|^100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|^2(?:2[4-9]|[345]\d)\./;
const PRIVATE_IPV6 = /^(?:::1?$|f[cd]|fe[89ab]|ff|::ffff:)/i;

/**
 * Reads the URL of an import. Each kind of mistake has its own error (docs/uploadcare-api.md 11.4). The order
 * of the checks is an assumption: no recording of the real service shows it.
 */
export function parseSourceUrl(text: string): URL {
  if (text === '') throw new UploadRefusal('SourceURLRequiredError');
  const scheme = parseScheme(text);
  if (scheme === undefined) throw new UploadRefusal('URLSchemeRequiredError');
  if (scheme !== 'http' && scheme !== 'https') throw new UploadRefusal('URLSchemeInvalidError');
  const host = parseHost(text);
  if (host === '') throw new UploadRefusal('URLHostRequiredError');
  if (host.startsWith('[') !== host.endsWith(']')) throw new UploadRefusal('URLParsingFailedError');
  // Host names in other scripts are allowed, because the URL parser converts them to ASCII.
  const isNamed = !host.startsWith('[') && /^[ -~]*$/.test(host);
  if (isNamed && !HOST_NAME.test(host)) throw new UploadRefusal('URLHostMalformedError');
  const url = parseUrl(text);
  if (url === null) throw new UploadRefusal('URLParsingFailedError');
  return url;
}

// Returns undefined for `example.com:80/x`: the text before the colon is a host, not a scheme.
function parseScheme(text: string): string | undefined {
  if (/^[^/]*:\d+(?:\/|$)/.test(text)) return undefined;
  return SCHEME.exec(text)?.[1]?.toLowerCase();
}

// The host in a URL, without user and port. Empty if there is none.
function parseHost(text: string): string {
  const authority = /^https?:\/\/([^/?#]*)/i.exec(text)?.[1] ?? '';
  return authority.replace(/^.*@/, '').replace(/:\d*$/, '');
}

/** True if only this machine or its own network can reach the host. */
export function isPrivateHost(url: URL): boolean {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (isIPv4(host)) return PRIVATE_IPV4.test(host);
  if (isIPv6(host)) return PRIVATE_IPV6.test(host);
  return /(?:^|\.)localhost\.?$/i.test(host);
}
