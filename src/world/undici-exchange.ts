import type { Dispatcher } from 'undici';
import {
  type HttpExchange,
  WireError,
  type WireRequest,
  type WireResponse,
} from '../core/world.ts';
import { proxyFailure } from './proxy-failure.ts';
import { type ProxySettings, proxyFor, type Variables } from './proxy-settings.ts';
import { runExchange } from './run-exchange.ts';

const CONNECTING = {
  timeout: 10_000, // ms for all addresses of a host together, and for TLS
  autoSelectFamily: true,
  // Node gives an address 250 ms, then it gives up on it for good: a slow link needs more.
  autoSelectFamilyAttemptTimeout: 3000,
} as const;

/** Settings of the connections. */
export interface ExchangeOptions {
  /** Sockets an origin may have; enough for every lane together. */
  readonly connections?: number;
  /** Where `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY` are read; the process's own if absent. */
  readonly env?: Variables;
}

/** How requests to an origin travel. */
interface Route {
  readonly dispatcher: Dispatcher;
  readonly proxy: ProxySettings | null;
}

/** The network, and how to hang up. */
export interface NetworkExchange {
  readonly http: HttpExchange;
  /** Ends all sockets; a request that is still open fails. */
  close(): Promise<void>;
}

/**
 * Requests over one undici pool an origin, direct or through the proxy that the environment names.
 * Undici's own timers are off: they watch silence, and a slow drip is never silent; our deadline is
 * for the whole exchange. Redirects are not followed.
 */
export function createUndiciExchange(options: ExchangeOptions = {}): NetworkExchange {
  const routes = new Map<string, Route>();
  const env = options.env ?? process.env;
  const routeTo = async (origin: string): Promise<Route> => {
    // Loaded with the first request: most commands make none, and it is the largest package.
    const undici = await import('undici');
    const known = routes.get(origin);
    if (known !== undefined) return known;
    const proxy = proxyFor(origin, env);
    const settings = poolSettings(options);
    const dispatcher =
      proxy === null
        ? new undici.Pool(origin, { ...settings, connect: CONNECTING })
        : new undici.ProxyAgent({
            ...settings,
            uri: proxy.origin,
            ...(proxy.authorization !== null && { token: proxy.authorization }),
            proxyTunnel: false, // plain HTTP goes as it is; HTTPS always has a tunnel
            proxyTls: CONNECTING,
            factory: (to, connection) => new undici.Pool(to, { ...connection, ...settings }),
          });
    const route = { dispatcher, proxy };
    routes.set(origin, route);
    return route;
  };
  return {
    async http(request: WireRequest): Promise<WireResponse> {
      const { dispatcher, proxy } = await routeTo(request.origin);
      try {
        return await runExchange(dispatcher, request);
      } catch (error) {
        if (proxy === null || !(error instanceof WireError)) throw error;
        throw proxyFailure(error, proxy, request);
      }
    },
    async close() {
      await Promise.all([...routes.values()].map(({ dispatcher }) => dispatcher.destroy()));
    },
  };
}

function poolSettings({ connections = 64 }: ExchangeOptions) {
  return {
    connections,
    pipelining: 1, // more gains nothing (measured), and a lost socket would take several along
    allowH2: false,
    headersTimeout: 0,
    bodyTimeout: 0,
  };
}
