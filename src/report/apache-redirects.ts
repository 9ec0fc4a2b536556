import {
  distinctRedirects,
  type Redirect,
  type RedirectSource,
  redirectKey,
  redirects,
} from './redirects.ts';

/**
 * Maximum length of a key and its URL, bytes. Apache reads at most 1,024 bytes of a line in a text map
 * (`REWRITE_MAX_TXT_MAP_LINE` in modules/mappers/mod_rewrite.c), and its SDBM files, which `httxt2dbm` makes,
 * take at most 1,008 bytes for a key and its value (`PAIRMAX` in dbm/sdbm/sdbm_private.h of APR-util).
 */
const MAX_ENTRY = 1000;

/**
 * Writes a text map for the directive `RewriteMap` of Apache. Each line has a key and the new URL. The key of
 * an imported URL is its host, path and query. The key of a file on the CDN is `/` and its UUID; if the
 * redirect leads to a copy in a bucket, a `=` precedes it, and the redirect drops the rest of the path. A `-`
 * precedes the key of a picture whose smaller versions are redirected.
 */
export function* apacheRedirects(source: RedirectSource): Generator<string> {
  yield '# A map for RewriteMap. The directives that read it are in docs/reports.md of ucbulk.\n';
  for (const one of distinctRedirects(redirects(source), findKey, source.onOmitted)) {
    yield `${mapKey(one)} ${mapValue(one)}\n`;
  }
}

function findKey(one: Redirect): string | null {
  const length = Buffer.byteLength(mapKey(one)) + Buffer.byteLength(mapValue(one));
  return length > MAX_ENTRY ? null : mapKey(one);
}

/** The key under which Apache and CloudFront find a redirect. */
export function mapKey(one: Redirect): string {
  if (one.kind === 'sizes') return `-${redirectKey(one)}`;
  return one.kind === 'tree' && !one.keepsRest ? `=${redirectKey(one)}` : redirectKey(one);
}

/** The value of a key: the new URL. The rest of the old path follows it, so the URL of a `tree` has no `/` at its end. */
export function mapValue({ url, keepsRest }: Redirect): string {
  return keepsRest ? url.replace(/\/$/, '') : url;
}
