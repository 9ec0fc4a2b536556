import type { MoveTarget } from './moves.ts';
import { netlifyRedirects } from './netlify-redirects.ts';
import { nginxRedirects } from './nginx-redirects.ts';
import type { RedirectSource } from './redirects.ts';

/** Servers whose configuration can be written. */
export const REDIRECT_SERVERS = ['nginx', 'netlify'] as const;

/** Which server's configuration, and where it leads. */
export interface RedirectSettings {
  readonly server: (typeof REDIRECT_SERVERS)[number];
  readonly to: MoveTarget | undefined;
}

/** Redirects from old addresses to new URLs, piece by piece. */
export function redirectLines(
  source: Omit<RedirectSource, 'to'>,
  { server, to }: RedirectSettings,
): Generator<string> {
  return server === 'nginx'
    ? nginxRedirects({ ...source, to })
    : netlifyRedirects({ ...source, to });
}
