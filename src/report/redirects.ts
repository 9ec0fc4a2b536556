import { type Move, type MoveTarget, selectTarget } from './moves.ts';

/** An old address and its new URL. */
export interface Redirect {
  /**
   * `tree`: an old file on any host, with all paths below its UUID. `url`: one complete source URL.
   */
  readonly kind: 'tree' | 'url';
  /** `https:` or `http:`; empty for a tree. */
  readonly scheme: string;
  /** Host and port in a browser's form; empty for a tree. */
  readonly host: string;
  /** Path and query in a browser's form. */
  readonly path: string;
  readonly url: string;
  /** True if operations and a name after the old path are appended to the new URL. */
  readonly keepsRest: boolean;
}

/** Provides the map, and is informed about old URLs that no server can match. */
export interface RedirectSource {
  /** Reads the map from its beginning. Can be called several times. */
  readonly moves: () => Iterable<Move>;
  readonly to: MoveTarget | undefined;
  /** Called for each omitted old URL. */
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
      // A copy in a bucket supports no operations and no name.
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
 * Encodes characters that are special in the configuration of a server. The meaning of the address does not
 * change.
 */
function encodeForConfiguration(url: string): string {
  return url.replaceAll(/["$\\\s;{}'*]|(?<=\/):/g, (sign) =>
    sign === "'" || sign === '*'
      ? `%${sign.charCodeAt(0).toString(16).toUpperCase()}`
      : encodeURIComponent(sign),
  );
}
