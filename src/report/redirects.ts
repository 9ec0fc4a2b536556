import { type Move, type MoveTarget, selectTarget } from './moves.ts';

/** An old address and its new URL. */
export interface Redirect {
  /**
   * `tree` redirects `path` (the UUID of an old file) and all paths below it, on any host. `url` redirects
   * one exact URL.
   */
  readonly kind: 'tree' | 'url';
  /** `https:` or `http:`; empty for a `tree`. */
  readonly scheme: string;
  /** Host and port, in the form that browsers send; empty for a `tree`. */
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
  /** Called for each old URL that gets no redirect. */
  readonly onOmitted: () => void;
}

/** All redirects of a map, in its order. */
export function* redirects({
  moves,
  to,
}: Pick<RedirectSource, 'moves' | 'to'>): Generator<Redirect> {
  for (const move of moves()) {
    const target = selectTarget(move, to);
    const { from } = move;
    if (target === null || !move.isSettled) continue;
    const url = encodeForConfiguration(target.url);
    if (from.kind === 'file') {
      // The URL of a copy in a bucket can't have image operations or a name at its end.
      const keepsRest = target.kind === 'file';
      yield { kind: 'tree', scheme: '', host: '', path: `/${from.uuid}`, url, keepsRest };
    } else if (from.kind === 'url') {
      const { protocol, host, pathname, search } = new URL(from.url);
      yield {
        kind: 'url',
        scheme: protocol,
        host,
        path: pathname + search,
        url,
        keepsRest: false,
      };
    }
  }
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
