/**
 * The file or the error that an import finds at a URL. A test sets it, because the emulator never opens a
 * connection to fetch a URL.
 */
export interface UrlSource {
  /** The bytes of the file. Default: bytes that are generated for this type and size. */
  readonly content?: Buffer | string;
  /**
   * MIME type of the file. Default: it follows from the extension in the URL, or is `image/jpeg` if there is
   * none.
   */
  readonly mimeType?: string;
  /** Size in bytes if the file is generated. Default 4,096. */
  readonly size?: number;
  /** The file name that the server sends. Default: the last part of the URL's path. */
  readonly name?: string;
  /** The HTTP status that the server sends. From 400 on, the import fails. Default 200. */
  readonly status?: number;
  /** How long the download takes, in ms. Default: the `progressMs` of the emulator's options. */
  readonly takesMs?: number;
  /** True if the server does not send the length. The status of the import then has `total: "unknown"`. */
  readonly isLengthUnknown?: boolean;
  /** True if imports of this URL fail with `Source is blacklisted.` */
  readonly isBlacklisted?: boolean;
}

/** The URLs that imports can fetch. For all others, the import fails. */
export class RegisteredUrls {
  readonly #exact = new Map<string, UrlSource>();
  readonly #prefixes: { readonly prefix: string; readonly source: UrlSource }[] = [];
  readonly #hosts = new Set<string>();

  constructor(urls: Readonly<Record<string, UrlSource>> = {}) {
    for (const [url, source] of Object.entries(urls)) this.add(url, source);
  }

  /**
   * Registers a URL. A URL that ends in `*` matches every URL with this beginning. If several match, the
   * longest one decides.
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

  list(): string[] {
    return [...this.#exact.keys(), ...this.#prefixes.map(({ prefix }) => `${prefix}*`)];
  }

  /**
   * True if any URL with this host is registered. Otherwise the emulator answers that the host does not
   * exist.
   */
  hasHost(url: URL): boolean {
    return this.#hosts.has(url.host);
  }
}

const STRINGS = ['content', 'mimeType', 'name'];
const NUMBERS = ['size', 'status', 'takesMs'];
const FLAGS = ['isLengthUnknown', 'isBlacklisted'];

/** Checks the description of a URL that came as JSON. Throws an error that names the mistake. */
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
