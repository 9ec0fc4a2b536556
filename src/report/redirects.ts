import { ScratchSet } from '../ledger/scratch-set.ts';
import { isFileUrl } from './cdn-hosts.ts';
import { type Move, type MoveTarget, selectTarget } from './moves.ts';
import { type SizeNames, sizesPath } from './picture-sizes.ts';

/** An old address and its new URL. */
export interface Redirect {
  /**
   * `tree` redirects `path` (the UUID of an old file) and all paths below it, on any host. `url` redirects
   * one exact URL. `sizes` redirects the smaller versions of the picture at this URL, but not the picture.
   */
  readonly kind: 'tree' | 'url' | 'sizes';
  /** `https:` or `http:`. */
  readonly scheme: string;
  /**
   * Host and port, in the form that browsers send. For a `tree`, the host with which the map writes old URLs;
   * only servers that need a host use it.
   */
  readonly host: string;
  /** Path and query, in the form that browsers send. */
  readonly path: string;
  readonly url: string;
  /** True if the new URL keeps the part after the old path: image operations and a file name. */
  readonly keepsRest: boolean;
}

/** Gives access to the map, and counts the old URLs that get no redirect. */
export interface RedirectSource {
  /** Reads the map from its beginning. Can be called several times. */
  readonly moves: () => Iterable<Move>;
  readonly to: MoveTarget | undefined;
  /** The names of smaller versions of pictures that get a redirect too. */
  readonly sizes?: SizeNames | undefined;
  /** Called for each old URL that gets no redirect. */
  readonly onOmitted: () => void;
  /** Called with a warning if the redirects exceed a documented limit of the server. */
  readonly onLimit: (warning: string) => void;
}

type ReadSource = Pick<RedirectSource, 'moves' | 'to' | 'sizes'>;

/** All redirects of a map, in its order, and then those of smaller versions of pictures. */
export function* redirects(source: ReadSource): Generator<Redirect> {
  yield* moveRedirects(source);
  if (source.sizes !== undefined) yield* sizeRedirects(source);
}

/**
 * The redirects of smaller versions. The sizes of `photo.jpg` may be those of `photo-scaled.jpg`, because WordPress
 * names both in the same way. `photo.jpg` itself comes first, so the server uses it if the map has both.
 */
function* sizeRedirects(source: ReadSource): Generator<Redirect> {
  for (const ofScaled of [false, true]) {
    for (const one of moveRedirects(source)) {
      const isPicture = one.kind === 'url' && isFileUrl(one.url);
      const path = isPicture ? sizesPath(one.path, ofScaled) : null;
      if (path !== null) yield { ...one, kind: 'sizes', path };
    }
  }
}

function* moveRedirects({ moves, to }: ReadSource): Generator<Redirect> {
  for (const move of moves()) {
    const target = selectTarget(move, to);
    const { from } = move;
    if (target === null || !move.isSettled) continue;
    const url = encodeForConfiguration(target.url);
    if (from.kind === 'file') {
      // The URL of a copy in a bucket can't have image operations or a name at its end.
      const keepsRest = target.kind === 'file';
      const { protocol, host } = new URL(from.url);
      yield { kind: 'tree', scheme: protocol, host, path: `/${from.uuid}`, url, keepsRest };
    } else if (from.kind === 'url') {
      const { encodedUrl = from.url } = from;
      for (const old of new Set([from.url, encodedUrl])) yield urlRedirect(old, url);
    }
  }
}

function urlRedirect(old: string, url: string): Redirect {
  const { protocol, host, pathname, search } = new URL(old);
  return { kind: 'url', scheme: protocol, host, path: pathname + search, url, keepsRest: false };
}

/**
 * The text by which a server finds a redirect if it ignores scheme and port: host, path and query. For a
 * `tree`, only the path.
 */
export function redirectKey({ kind, host, path }: Redirect): string {
  if (kind === 'tree') return path;
  return host.replace(/:\d+$/, '') + path;
}

/**
 * Returns the redirects that a server can match, each key only once. `findKey` returns null for a redirect
 * that the server can't match. Calls `onOmitted` for each of the other redirects.
 */
export function* distinctRedirects(
  all: Iterable<Redirect>,
  findKey: (one: Redirect) => string | null,
  onOmitted: () => void,
): Generator<Redirect> {
  const written = ScratchSet.open();
  try {
    for (const one of all) {
      const key = findKey(one);
      if (key !== null && written.add([key]).length > 0) yield one;
      else if (one.kind !== 'sizes') onOmitted();
    }
  } finally {
    written.close();
  }
}

/** True if the old URLs have different hosts, so that a path alone does not identify one of them. */
export function hasSeveralHosts(source: RedirectSource): boolean {
  const hosts = new Set<string>();
  for (const { kind, host } of redirects(source)) {
    if (kind === 'url') hosts.add(host);
    if (hosts.size > 1) return true;
  }
  return false;
}

/**
 * Encodes characters that have a special meaning in a server's configuration. The encoded URL leads to the
 * same file.
 */
function encodeForConfiguration(url: string): string {
  return url.replaceAll(/["$\\\s;{}'*]|(?<=\/):/g, (sign) =>
    sign === "'" || sign === '*'
      ? `%${sign.charCodeAt(0).toString(16).toUpperCase()}`
      : encodeURIComponent(sign),
  );
}
