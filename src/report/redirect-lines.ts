import { type Move, type MoveTarget, targetOf } from './moves.ts';

/** Whose lines are written. */
export const REDIRECT_SERVERS = ['nginx', 'netlify'] as const;

/** Which lines, and where they lead. */
export interface RedirectSettings {
  readonly server: (typeof REDIRECT_SERVERS)[number];
  readonly to: MoveTarget | undefined;
}

/** Old paths with their new URLs: lines for an nginx `map` block, or Netlify's `_redirects`. */
export function* redirectLines(
  all: Iterable<Move>,
  { server, to }: RedirectSettings,
): Generator<string> {
  for (const move of all) {
    const target = targetOf(move, to);
    const path = oldPath(move);
    if (target === null || path === null || !move.isSettled) continue;
    // A file has operations and a name after its UUID, and its new place takes them; a copy does not.
    const isTree = move.from.kind === 'file';
    const keepsRest = isTree && target.kind === 'file';
    const line = server === 'nginx' ? nginxLine : netlifyLine;
    yield line({ path, isTree, url: safe(target.url), keepsRest });
  }
}

interface Redirect {
  readonly path: string;
  /** Also what is below the path. */
  readonly isTree: boolean;
  readonly url: string;
  readonly keepsRest: boolean;
}

/** One key and one value: nginx finds it by hash, however many there are. */
function nginxLine({ path, url, keepsRest }: Redirect): string {
  return `"${path}" "${keepsRest ? url.replace(/\/$/, '') : url}";\n`;
}

function netlifyLine({ path, isTree, url, keepsRest }: Redirect): string {
  return `${path}${isTree ? '/*' : ''} ${url}${keepsRest ? ':splat' : ''} 301\n`;
}

function oldPath({ from }: Move): string | null {
  if (from.kind === 'file') return `/${from.uuid}`;
  if (from.kind !== 'url') return null;
  const { pathname, search } = new URL(from.url);
  return safe(pathname + search);
}

// Both formats have words and quotes; `$` would be a variable of nginx's, `:` at a segment's start one of Netlify's.
function safe(url: string): string {
  return url.replaceAll(/["$\\\s;{}]|(?<=\/):/g, (character) => encodeURIComponent(character));
}
