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
    const { openDispatcher } = await import('./open-dispatcher.ts');
    // Another request may have created the route meanwhile.
    const known = routes.get(origin);
    if (known !== undefined) return known;
    const proxy = proxyFor(origin, env);
    const dispatcher = openDispatcher(origin, proxy, options.connections ?? 64);
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
