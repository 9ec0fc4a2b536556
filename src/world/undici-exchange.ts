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
  // Time limit in ms for connecting, including all addresses of a host and TLS.
  timeout: 10_000,
  autoSelectFamily: true,
  // Time for each address of a host, ms. Node's default is 250 ms, which is too short for slow networks,
  // because Node does not try an address twice.
  autoSelectFamilyAttemptTimeout: 3000,
} as const;

export interface ExchangeOptions {
  /**
   * Maximum number of connections to an origin. The default is enough for all requests that ucbulk sends at
   * the same time.
   */
  readonly connections?: number;
  /**
   * The environment that contains `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY`. The default is the environment
   * of the process.
   */
  readonly env?: Variables;
}

/** How to reach an origin: the connections to it, and the proxy if there is one. */
interface Route {
  readonly dispatcher: Dispatcher;
  readonly proxy: ProxySettings | null;
}

/** Sends requests over the network, until it is closed. */
export interface NetworkExchange {
  readonly http: HttpExchange;
  /** Closes all connections. Requests without an answer fail. */
  close(): Promise<void>;
}

/**
 * Creates an exchange that has a pool of undici connections for each origin. It connects directly or through
 * the proxy in the environment, and does not follow redirects. undici's own time limits are off. They restart
 * with each byte, so they would never stop an answer that arrives very slowly. ucbulk's own limit covers the
 * whole exchange.
 */
export function createUndiciExchange(options: ExchangeOptions = {}): NetworkExchange {
  const routes = new Map<string, Route>();
  const env = options.env ?? process.env;
  const routeTo = async (origin: string): Promise<Route> => {
    // undici is loaded at the first request, not at the start. It is the largest package, and most commands
    // send no requests.
    const undici = await import('undici');
    // Another request may have created the route meanwhile.
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
            // Sends plain HTTP through the proxy without a CONNECT tunnel. HTTPS always uses a tunnel.
            proxyTunnel: false,
            proxyTls: CONNECT_OPTIONS,
            factory: (to, connection) => new undici.Pool(to, { ...connection, ...settings }),
          });
    const route = { dispatcher, proxy };
    routes.set(origin, route);
    return route;
  };
  return {
    async http(request: WireRequest): Promise<WireResponse> {
      const { dispatcher, proxy } = routes.get(request.origin) ?? (await routeTo(request.origin));
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
    // Sends one request at a time on each connection. More at a time are not faster (measured), and all of
    // them would be lost with the connection.
    pipelining: 1,
    allowH2: false,
    headersTimeout: 0,
    bodyTimeout: 0,
  };
}
