import type { MoveTarget } from './moves.ts';
import { netlifyRedirects } from './netlify-redirects.ts';
import { nginxRedirects } from './nginx-redirects.ts';
import type { RedirectSource } from './redirects.ts';

/** Servers with a supported configuration format. */
export const REDIRECT_SERVERS = ['nginx', 'netlify'] as const;

/** The server that will read the redirects, and the target of the redirects. */
export interface RedirectSettings {
  readonly server: (typeof REDIRECT_SERVERS)[number];
  readonly to: MoveTarget | undefined;
}

/** Writes redirects from old addresses to new URLs, as pieces of text. */
export function redirectLines(
  source: Omit<RedirectSource, 'to'>,
  { server, to }: RedirectSettings,
): Generator<string> {
  return server === 'nginx'
    ? nginxRedirects({ ...source, to })
    : netlifyRedirects({ ...source, to });
}
