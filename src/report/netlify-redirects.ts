import { formatCount } from '../core/counted.ts';
import {
  distinctRedirects,
  hasSeveralHosts,
  type Redirect,
  type RedirectSource,
  redirects,
} from './redirects.ts';

/**
 * Number of redirects from which Netlify recommends other ways, because a deploy with so many may fail.
 * Source: https://docs.netlify.com/manage/routing/redirects/overview/
 */
const MANY = 10_000;

/**
 * Writes lines of Netlify's file `_redirects`. If the old URLs have different hosts, each line contains the
 * host. Netlify does not match query strings, so URLs with a query are left out.
 */
export function* netlifyRedirects(source: RedirectSource): Generator<string> {
  const hasHosts = hasSeveralHosts(source);
  const findPath = (one: Redirect) => {
    const path = fromPath(one, hasHosts);
    return path.includes('?') ? null : path;
  };
  let count = 0;
  for (const one of distinctRedirects(redirects(source), findPath, source.onOmitted)) {
    count += 1;
    yield `${fromPath(one, hasHosts)} ${one.url}${one.keepsRest ? ':splat' : ''} 301\n`;
  }
  if (count >= MANY) {
    source.onLimit(
      `The file has ${formatCount(count)} redirects. Netlify warns that a deploy with ${formatCount(MANY)} or more can fail. Use a server in front of the site instead (--server nginx, apache or cloudflare), or an edge function.`,
    );
  }
}

function fromPath({ kind, scheme, host, path }: Redirect, hasHosts: boolean): string {
  if (kind === 'tree') return `${path}/*`;
  // Encodes `*`, and `:` at the start of a segment. Netlify would read them as placeholders.
  const plain = path.replaceAll('*', '%2A').replaceAll(/(?<=\/):/g, '%3A');
  return hasHosts ? `${scheme}//${host}${plain}` : plain;
}
