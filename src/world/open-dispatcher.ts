import * as undici from 'undici';
import type { ProxySettings } from './proxy-settings.ts';

const CONNECT_OPTIONS = {
  // Time limit in ms for connecting, including all addresses of a host and TLS.
  timeout: 10_000,
  autoSelectFamily: true,
  // Time for each address of a host, ms. Node's default is 250 ms, which is too short for slow networks,
  // because Node does not try an address twice.
  autoSelectFamilyAttemptTimeout: 3000,
} as const;

/** Opens connections to an origin, directly or through a proxy. */
export function openDispatcher(
  origin: string,
  proxy: ProxySettings | null,
  connections: number,
): undici.Dispatcher {
  const settings = poolSettings(connections);
  if (proxy === null) return new undici.Pool(origin, { ...settings, connect: CONNECT_OPTIONS });
  return new undici.ProxyAgent({
    ...settings,
    uri: proxy.origin,
    ...(proxy.authorization !== null && { token: proxy.authorization }),
    // Sends plain HTTP through the proxy without a CONNECT tunnel. HTTPS always uses a tunnel.
    proxyTunnel: false,
    proxyTls: CONNECT_OPTIONS,
    factory: (to, connection) => new undici.Pool(to, { ...connection, ...settings }),
  });
}

function poolSettings(connections: number) {
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
