import { formatCount } from '../core/counted.ts';
import {
  distinctRedirects,
  hasSeveralHosts,
  type Redirect,
  type RedirectSource,
  redirects,
} from './redirects.ts';

// Limits of `redirects` in vercel.json, from https://vercel.com/docs/routing/redirects/configuration-redirects
const MAX_REDIRECTS = 2048;
const MAX_LENGTH = 4096;

/**
 * Writes a file vercel.json with redirects. If the old URLs have different hosts, each redirect applies only to
 * the host of its URL. URLs with a query are left out.
 */
export function* vercelRedirects(source: RedirectSource): Generator<string> {
  const hasHosts = hasSeveralHosts(source);
  const findKey = (one: Redirect) => {
    const { source: path, destination } = rule(one, hasHosts);
    const isTooLong = path.length > MAX_LENGTH || destination.length > MAX_LENGTH;
    return one.path.includes('?') || isTooLong ? null : `${hasHosts ? one.host : ''} ${path}`;
  };
  let count = 0;
  yield '{"redirects": [';
  for (const one of distinctRedirects(redirects(source), findKey, source.onOmitted)) {
    yield `${count === 0 ? '' : ','}\n${JSON.stringify(rule(one, hasHosts))}`;
    count += 1;
  }
  yield '\n]}\n';
  if (count > MAX_REDIRECTS) {
    source.onLimit(
      `The file has ${formatCount(count)} redirects, and Vercel takes at most ${formatCount(MAX_REDIRECTS)} in vercel.json. Use a server in front of the site instead (--server nginx, apache or cloudflare), or Vercel's bulk redirects.`,
    );
  }
}

function rule({ kind, host, path, url, keepsRest }: Redirect, hasHosts: boolean) {
  if (kind === 'tree') {
    const destination = keepsRest ? `${url.replace(/\/$/, '')}/:rest` : url;
    return { source: `${path}/:rest(.*)`, destination, statusCode: 301 };
  }
  const has = [{ type: 'host', value: host.replaceAll('.', '\\.') }];
  return {
    source: escapePattern(path),
    ...(hasHosts && { has }),
    destination: url,
    statusCode: 301,
  };
}

/** Escapes the characters that have a special meaning in a pattern of Vercel. */
function escapePattern(path: string): string {
  return path.replaceAll(/[\\:(){}*+?]/g, (sign) => `\\${sign}`);
}
