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

const CONNECT_OPTIONS = {
  timeout: 10_000, // ms, for all addresses of a host and TLS together
  autoSelectFamily: true,
  // By default Node tries an address for 250 ms and never again; a slow link needs more.
  autoSelectFamilyAttemptTimeout: 3000,
} as const;

/** Settings of the connections. */
export interface ExchangeOptions {
  /** Maximum number of sockets per origin; enough for all lanes together. */
  readonly connections?: number;
  /**
   * The source of `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY`; default: the process's environment.
   */
  readonly env?: Variables;
}

/** The connection to an origin. */
interface Route {
  readonly dispatcher: Dispatcher;
  readonly proxy: ProxySettings | null;
}

/** The network, and a method to close it. */
export interface NetworkExchange {
  readonly http: HttpExchange;
  /** Closes all sockets; open requests fail. */
  close(): Promise<void>;
}

/**
 * Sends requests through one undici pool per origin, directly or through the proxy from the
 * environment. Undici's own timers are off: they detect silence, but a slow trickle of bytes is
 * never silent. Our deadline covers the whole exchange. Redirects are not followed.
 */
export function createUndiciExchange(options: ExchangeOptions = {}): NetworkExchange {
  const routes = new Map<string, Route>();
  const env = options.env ?? process.env;
  const routeTo = async (origin: string): Promise<Route> => {
    // Loaded with the first request: most commands send none, and it is the largest package.
    const undici = await import('undici');
    const known = routes.get(origin);
    if (known !== undefined) return known;
    const proxy = proxyFor(origin, env);
    const settings = poolSettings(options);
    const dispatcher =
      proxy === null
        ? new undici.Pool(origin, { ...settings, connect: CONNECT_OPTIONS })
        : new undici.ProxyAgent({
            ...settings,
            uri: proxy.origin,
            ...(proxy.authorization !== null && { token: proxy.authorization }),
            proxyTunnel: false, // no tunnel for plain HTTP; HTTPS always has one
            proxyTls: CONNECT_OPTIONS,
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
    pipelining: 1, // more is not faster (measured), and a lost socket would lose several requests
    allowH2: false,
    headersTimeout: 0,
    bodyTimeout: 0,
  };
}
