/** Encoded, these mean something else than as they are. Controls and bytes above 7F stay encoded, too. */
const KEEPS_MEANING = /^%(?:2[356BF]|3[BDF]|[01][0-9A-F]|7F|[89A-F][0-9A-F])$/;

/**
 * A web address in the form that addresses are compared in: without scheme, default port and needless
 * percent signs. Takes bytes, a character each. Null for what is no web address.
 */
export function normalUrl(url: string): string | null {
  const whole = url.startsWith('//') ? `https:${url}` : url;
  const text = Buffer.from(whole, 'latin1').toString('utf8');
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) return null;
  const { host, port, protocol, pathname, search, hash } = new URL(text);
  // Port 80 and 443 are the other scheme's default, and are written out by nobody who means another place.
  const isDefault = port === (protocol === 'http:' ? '443' : '80');
  const place = isDefault ? host.slice(0, -port.length - 1) : host;
  return `//${place}${plain(pathname + search + hash)}`;
}

/** The host of a web address, bytes a character each; null if it needs more than lower case to compare. */
export function plainHost(url: string): string | null {
  return /^(?:https?:)?\/\/([a-z0-9.-]+)(?=[:/?#]|$)/i.exec(url)?.[1]?.toLowerCase() ?? null;
}

function plain(encoded: string): string {
  return encoded.replaceAll(/%[0-9a-f]{2}/gi, (written) => {
    const code = written.toUpperCase();
    return KEEPS_MEANING.test(code)
      ? code
      : String.fromCharCode(Number.parseInt(code.slice(1), 16));
  });
}

/** What image servers and WordPress put between the name of an original and its suffix. */
const SIZE = /(?:-\d{1,5}x\d{1,5}|-scaled|-rotated|-e\d{9,}|@\d(?:\.\d)?x)+(?=\.[a-z0-9]{2,5}$)/i;

/** Addresses of the originals that an address may be a sized picture of: another size, a query. */
export function originalsOf(url: string): string[] {
  const path = url.replace(/[?#].*$/s, '');
  const original = path.replace(SIZE, '');
  const scaled = original.replace(/(?=\.[a-z0-9]{2,5}$)/i, '-scaled');
  const isSized = original !== path;
  return [...(path === url ? [] : [path]), ...(isSized ? [original, scaled] : [])];
}
