/** The answer to an import's request for a URL: a file, or a failure. */
export interface UrlSource {
  /** The content; default: a generated original of this type and size. */
  readonly content?: Buffer | string;
  /** Default: by the URL's extension, or `image/jpeg` without one. */
  readonly mimeType?: string;
  /** Size of a generated original in bytes; default 4,096. */
  readonly size?: number;
  /** The name that the server sends; default: the last part of the URL's path. */
  readonly name?: string;
  /** The status of the server's answer; with 400 or more, the import fails. Default 200. */
  readonly status?: number;
  /** Duration of the download in ms; replaces the emulator's `progressMs`. */
  readonly takesMs?: number;
  /** True if the server does not send the length: progress has `total: "unknown"`. */
  readonly isLengthUnknown?: boolean;
  /** True for `Source is blacklisted.` */
  readonly isBlacklisted?: boolean;
}

/** The URLs that imports can reach. */
export class RegisteredUrls {
  readonly #exact = new Map<string, UrlSource>();
  readonly #prefixes: { readonly prefix: string; readonly source: UrlSource }[] = [];
  readonly #hosts = new Set<string>();

  constructor(urls: Readonly<Record<string, UrlSource>> = {}) {
    for (const [url, source] of Object.entries(urls)) this.add(url, source);
  }

  /**
   * Registers a URL. One that ends in `*` matches all URLs with this prefix; the longest one wins.
   */
  add(url: string, source: UrlSource): void {
    const isPrefix = url.endsWith('*');
    const plain = isPrefix ? url.slice(0, -1) : new URL(url).href;
    this.#hosts.add(new URL(plain).host);
    if (!isPrefix) this.#exact.set(plain, source);
    else {
      this.#prefixes.push({ prefix: plain, source });
      this.#prefixes.sort((a, b) => b.prefix.length - a.prefix.length);
    }
  }

  find(url: URL): UrlSource | undefined {
    const known = this.#exact.get(url.href);
    return known ?? this.#prefixes.find(({ prefix }) => url.href.startsWith(prefix))?.source;
  }

  /** The registered URLs. */
  list(): string[] {
    return [...this.#exact.keys(), ...this.#prefixes.map(({ prefix }) => `${prefix}*`)];
  }

  /** True if a URL of this host is registered, so the host exists. */
  hasHost(url: URL): boolean {
    return this.#hosts.has(url.host);
  }
}

const STRINGS = ['content', 'mimeType', 'name'];
const NUMBERS = ['size', 'status', 'takesMs'];
const FLAGS = ['isLengthUnknown', 'isBlacklisted'];

/** Checks the source of a URL from a control request. */
export function readUrlSource(value: unknown): UrlSource {
  if (typeof value !== 'object' || value === null)
    throw new Error('Expected an object for each URL, such as {"size": 9000}');
  for (const [name, field] of Object.entries(value)) {
    const isFine =
      (STRINGS.includes(name) && typeof field === 'string') ||
      (NUMBERS.includes(name) && typeof field === 'number') ||
      (FLAGS.includes(name) && typeof field === 'boolean');
    if (!isFine)
      throw new Error(`Invalid key or value for a URL: \`${name}\` = ${JSON.stringify(field)}`);
  }
  return value;
}
