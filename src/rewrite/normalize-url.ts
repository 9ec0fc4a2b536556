import { parseUrl } from '../core/parse-url.ts';

/**
 * Matches encoded characters that must stay encoded, because the URL would mean something else without the
 * encoding. Control characters and bytes above 7F stay encoded too.
 */
const KEEPS_MEANING = /^%(?:2[356BF]|3[BDF]|[01][0-9A-F]|7F|[89A-F][0-9A-F])$/;

/**
 * Returns a form of a URL in which URLs can be compared: without scheme, default port and unnecessary percent
 * encoding. Each character of `url` is one byte. Null if the text is not a web address.
 */
export function normalizeUrl(url: string): string | null {
  const whole = url.startsWith('//') ? `https:${url}` : url;
  const text = Buffer.from(whole, 'latin1').toString('utf8');
  const parsed = /^https?:\/\//i.test(text) ? parseUrl(text) : null;
  if (parsed === null) return null;
  const { host, port, protocol, pathname, search, hash } = parsed;
  // Removes the port 80 or 443 even if it is the default of the other scheme. In practice, both ports of a
  // host lead to the same server.
  const isDefault = port === (protocol === 'http:' ? '443' : '80');
  const place = isDefault ? host.slice(0, -port.length - 1) : host;
  return `//${place}${decodeHarmless(pathname + search + hash)}`;
}

/**
 * The host of a URL in lower case. Null if the host contains other characters than ASCII letters, digits, `.`
 * and `-`: it then needs more than lower case to be compared. Each character of `url` is one byte.
 */
export function simpleHost(url: string): string | null {
  return /^(?:https?:)?\/\/([a-z0-9.-]+)(?=[:/?#]|$)/i.exec(url)?.[1]?.toLowerCase() ?? null;
}

function decodeHarmless(encoded: string): string {
  return encoded.replaceAll(/%[0-9a-f]{2}/gi, (written) => {
    const code = written.toUpperCase();
    return KEEPS_MEANING.test(code)
      ? code
      : String.fromCharCode(Number.parseInt(code.slice(1), 16));
  });
}

/**
 * Endings that image servers and WordPress add to a picture's name when they make a smaller version of the
 * picture.
 */
const SIZE = /(?:-\d{1,5}x\d{1,5}|-scaled|-rotated|-e\d{9,}|@\d(?:\.\d)?x)+(?=\.[a-z0-9]{2,5}$)/i;

/**
 * If the URL shows a resized picture or has a query, returns the URLs that the original picture may have.
 * Otherwise the list is empty.
 */
export function possibleOriginals(url: string): string[] {
  const path = url.replace(/[?#].*$/s, '');
  const original = path.replace(SIZE, '');
  const scaled = original.replace(/(?=\.[a-z0-9]{2,5}$)/i, '-scaled');
  const isSized = original !== path;
  return [...(path === url ? [] : [path]), ...(isSized ? [original, scaled] : [])];
}
