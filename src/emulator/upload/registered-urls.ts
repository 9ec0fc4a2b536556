/** What a URL leads to when an import fetches it: a file, or a failure. */
export interface UrlSource {
  /** The bytes themselves; else a generated original of the type and size. */
  readonly content?: Buffer | string;
  /** Default by the URL's extension, `image/jpeg` where it has none. */
  readonly mimeType?: string;
  /** Bytes of a generated original; default a few thousand. */
  readonly size?: number;
  /** The name the server gives; default the last part of the URL's path. */
  readonly name?: string;
  /** The server's answer; from 400 on the import fails. Default 200. */
  readonly status?: number;
  /** How long fetching takes in ms, in place of the emulator's `progressMs`. */
  readonly takesMs?: number;
  /** True where the server does not tell the length: progress has `total: "unknown"`. */
  readonly isLengthUnknown?: boolean;
  /** True for `Source is blacklisted.` */
  readonly isBlacklisted?: boolean;
}

/** The Internet of an emulator: only what was registered is there. */
export class RegisteredUrls {
  readonly #exact = new Map<string, UrlSource>();
  readonly #prefixes: { readonly prefix: string; readonly source: UrlSource }[] = [];
  readonly #hosts = new Set<string>();

  constructor(urls: Readonly<Record<string, UrlSource>> = {}) {
    for (const [url, source] of Object.entries(urls)) this.add(url, source);
  }

  /** Registers a URL; one that ends in `*` stands for all that begin so, the longest wins. */
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

  /** All that was registered, without the bytes. */
  list(): string[] {
    return [...this.#exact.keys(), ...this.#prefixes.map(({ prefix }) => `${prefix}*`)];
  }

  /** True where some URL of this host is registered: its server is there, if not the page. */
  hasHost(url: URL): boolean {
    return this.#hosts.has(url.host);
  }
}

const STRINGS = ['content', 'mimeType', 'name'];
const NUMBERS = ['size', 'status', 'takesMs'];
const FLAGS = ['isLengthUnknown', 'isBlacklisted'];

/** Checks what a control request says of a URL. */
export function readUrlSource(value: unknown): UrlSource {
  if (typeof value !== 'object' || value === null) throw new Error('Expected an object for a URL');
  for (const [name, field] of Object.entries(value)) {
    const isFine =
      (STRINGS.includes(name) && typeof field === 'string') ||
      (NUMBERS.includes(name) && typeof field === 'number') ||
      (FLAGS.includes(name) && typeof field === 'boolean');
    if (!isFine) throw new Error(`No such setting of a URL: ${name} = ${JSON.stringify(field)}`);
  }
  return value;
}
