import { ScratchSet } from '../ledger/scratch-set.ts';
import { type Redirect, type RedirectSource, redirects } from './redirects.ts';

/**
 * Writes lines of Netlify's file `_redirects`. If the old URLs have different hosts, each line contains the
 * host. Netlify does not match query strings, so URLs with a query are left out.
 */
export function* netlifyRedirects(source: RedirectSource): Generator<string> {
  const hasHosts = countHosts(source) > 1;
  const written = ScratchSet.open();
  try {
    for (const one of redirects(source)) {
      const path = fromPath(one, hasHosts);
      if (path.includes('?') || written.add([path]).length === 0) source.onOmitted();
      else yield `${path} ${one.url}${one.keepsRest ? ':splat' : ''} 301\n`;
    }
  } finally {
    written.close();
  }
}

function countHosts(source: RedirectSource): number {
  const hosts = new Set<string>();
  for (const { kind, host } of redirects(source)) {
    if (kind === 'url') hosts.add(host);
    if (hosts.size > 1) break;
  }
  return hosts.size;
}

function fromPath({ kind, scheme, host, path }: Redirect, hasHosts: boolean): string {
  if (kind === 'tree') return `${path}/*`;
  // Encodes `*`, and `:` at the start of a segment. Netlify would read them as placeholders.
  const plain = path.replaceAll('*', '%2A').replaceAll(/(?<=\/):/g, '%3A');
  return hasHosts ? `${scheme}//${host}${plain}` : plain;
}
