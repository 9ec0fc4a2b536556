import { apacheRedirects } from './apache-redirects.ts';
import { cloudflareRedirects } from './cloudflare-redirects.ts';
import { cloudfrontRedirects } from './cloudfront-redirects.ts';
import { netlifyRedirects } from './netlify-redirects.ts';
import { nginxRedirects } from './nginx-redirects.ts';
import type { RedirectSource } from './redirects.ts';
import { vercelRedirects } from './vercel-redirects.ts';

/** Servers with a supported configuration format. */
export const REDIRECT_SERVERS = [
  'nginx',
  'apache',
  'cloudflare',
  'cloudfront',
  'vercel',
  'netlify',
] as const;

/** A server that can read the redirects. */
export type RedirectServer = (typeof REDIRECT_SERVERS)[number];

/** The server that will read the redirects, and the target of the redirects. */
export interface RedirectSettings extends Pick<RedirectSource, 'to' | 'sizes' | 'onLimit'> {
  readonly server: RedirectServer;
}

/** Servers that can redirect smaller versions of pictures, because they can change a part of a path. */
export const SIZE_SERVERS: readonly RedirectServer[] = ['nginx', 'apache', 'cloudfront'];

const WRITERS: Readonly<Record<RedirectServer, (source: RedirectSource) => Generator<string>>> = {
  nginx: nginxRedirects,
  apache: apacheRedirects,
  cloudflare: cloudflareRedirects,
  cloudfront: cloudfrontRedirects,
  vercel: vercelRedirects,
  netlify: netlifyRedirects,
};

/** Writes redirects from old addresses to new URLs, as pieces of text. */
export function redirectLines(
  source: Pick<RedirectSource, 'moves' | 'onOmitted'>,
  { server, ...settings }: RedirectSettings,
): Generator<string> {
  return WRITERS[server]({ ...source, ...settings });
}
