import { type Move, type MoveTarget, targetOf } from './moves.ts';

/** An old address and where it leads now. */
export interface Redirect {
  /** `tree`: an old file at any host, with all that is below its UUID. `url`: one source URL, whole. */
  readonly kind: 'tree' | 'url';
  /** `https:` or `http:`; empty for a tree. */
  readonly scheme: string;
  /** Host and port as a browser has them; empty for a tree. */
  readonly host: string;
  /** Path and query as a browser sends them. */
  readonly path: string;
  readonly url: string;
  /** True if operations and a name after the old path belong after the new URL. */
  readonly keepsRest: boolean;
}

/** The redirects of a map, and the source URLs that no server can tell apart or match. */
export interface RedirectSource {
  /** Reads the map anew with each call. */
  readonly moves: () => Iterable<Move>;
  readonly to: MoveTarget | undefined;
  /** Called for each old URL that is left out. */
  readonly onLeftOut: () => void;
}

/** All redirects of a map, in its order. */
export function* redirects({
  moves,
  to,
}: Pick<RedirectSource, 'moves' | 'to'>): Generator<Redirect> {
  for (const move of moves()) {
    const target = targetOf(move, to);
    const { from } = move;
    if (target === null || !move.isSettled) continue;
    const url = encodeForConfiguration(target.url);
    if (from.kind === 'file') {
      // A copy in a bucket takes no operations and no name.
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

/** Encodes what is a sign of the servers' own configuration; the address stays the same. */
function encodeForConfiguration(url: string): string {
  return url.replaceAll(/["$\\\s;{}'*]|(?<=\/):/g, (sign) =>
    sign === "'" || sign === '*'
      ? `%${sign.charCodeAt(0).toString(16).toUpperCase()}`
      : encodeURIComponent(sign),
  );
}
