import type { Pool } from 'undici';
import type { HttpExchange, WireRequest, WireResponse } from '../core/world.ts';
import { runExchange } from './run-exchange.ts';

const CONNECT_MS = 10_000;

/** Settings of the connections. */
export interface ExchangeOptions {
  /** Sockets an origin may have; enough for every lane together. */
  readonly connections?: number;
}

/** The network, and how to hang up. */
export interface NetworkExchange {
  readonly http: HttpExchange;
  /** Ends all sockets; a request that is still open fails. */
  close(): Promise<void>;
}

/**
 * Requests over one undici pool an origin. Undici's own timers are off: they watch silence, and a
 * slow drip is never silent; our deadline is for the whole exchange. Redirects are not followed.
 */
export function createUndiciExchange(options: ExchangeOptions = {}): NetworkExchange {
  const pools = new Map<string, Pool>();
  const poolFor = async (origin: string): Promise<Pool> => {
    // Loaded with the first request: most commands make none, and it is the largest package.
    const undici = await import('undici');
    const known = pools.get(origin);
    if (known !== undefined) return known;
    const pool = new undici.Pool(origin, {
      connections: options.connections ?? 64,
      pipelining: 1, // more gains nothing (measured), and a lost socket would take several along
      allowH2: false,
      connect: { timeout: CONNECT_MS },
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    pools.set(origin, pool);
    return pool;
  };
  return {
    async http(request: WireRequest): Promise<WireResponse> {
      return runExchange(await poolFor(request.origin), request);
    },
    async close() {
      await Promise.all([...pools.values()].map((pool) => pool.destroy()));
    },
  };
}
