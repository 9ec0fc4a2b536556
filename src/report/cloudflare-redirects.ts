import { formatCount } from '../core/counted.ts';
import { distinctRedirects, type Redirect, type RedirectSource, redirects } from './redirects.ts';

/**
 * Number of redirects that the lists of an account may have, by plan. Source:
 * https://developers.cloudflare.com/changelog/post/2025-02-12-rules-upgraded-limits/
 */
const PLANS = { Free: 10_000, Pro: 25_000, Business: 50_000, Enterprise: 1_000_000 } as const;

/**
 * Writes a CSV for a bulk redirect list of Cloudflare. Its columns are: source, target, status, keep the
 * query, include subdomains, match paths below, keep the rest of the path. The source can have neither a
 * query nor a port. Without a scheme, it matches both `http` and `https`. Format:
 * https://developers.cloudflare.com/rules/url-forwarding/bulk-redirects/reference/csv-file-format/
 */
export function* cloudflareRedirects(source: RedirectSource): Generator<string> {
  let count = 0;
  for (const one of distinctRedirects(redirects(source), findSource, source.onOmitted)) {
    count += 1;
    yield line(one);
  }
  if (count > PLANS.Free) source.onLimit(limitWarning(count));
}

/** The source URL of a redirect; null if it has a query. */
function findSource({ host, path }: Redirect): string | null {
  return path.includes('?') ? null : host.replace(/:\d+$/, '') + path;
}

function line(one: Redirect): string {
  const { kind, url, keepsRest } = one;
  const target = kind === 'tree' ? url.replace(/\/$/, '') : url;
  const flags = [keepsRest, false, kind === 'tree', keepsRest].map((flag) =>
    flag ? 'TRUE' : 'FALSE',
  );
  return `"${findSource(one)}","${target}",301,${flags.join(',')}\n`;
}

function limitWarning(count: number): string {
  const plans = Object.entries(PLANS).map(([plan, most]) => `${formatCount(most)} (${plan})`);
  return `The list has ${formatCount(count)} redirects. All lists of a Cloudflare account together may have ${plans.join(', ')}. If your plan has fewer, let the server behind Cloudflare redirect instead: --server nginx or apache.`;
}
