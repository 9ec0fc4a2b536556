import { isIPv6 } from 'node:net';
import { parseUrl } from '../core/parse-url.ts';
import { WireError } from '../core/world.ts';

export type Variables = Readonly<Record<string, string | undefined>>;

/** The proxy for a request. */
export interface ProxySettings {
  /**
   * The name of the environment variable that sets the proxy. It may be in upper or lower case; this is the
   * spelling in the environment.
   */
  readonly variable: string;
  /** Scheme, host and port of the proxy, without its user name and password. */
  readonly origin: string;
  /** The value of the header `Proxy-Authorization`; null if the variable contains no user name. */
  readonly authorization: string | null;
}

const LOOPBACK = /^(localhost|.+\.localhost|127(\.\d{1,3}){3}|\[::1\])$/;
const SCHEME = /^[a-z][a-z\d+.-]*:\/\//i;
// Matches the URL of a proxy. Rejects `/`, `?`, `#` and `\` in the password: URL parsers end the host at
// these characters, so a part of the password could be read as the host.
const PROXY_URL = /^https?:\/\/(?:[^/?#\\]*@)?([^/?#\\@]*)\/?$/i;
const HOST = /^(?:\[[\da-f:.]+\]|[\p{L}\d._-]+)(?::\d+)?$/iu;
const PORT_ONLY = /^\d+$/;

/**
 * Finds the proxy for requests to an origin. Returns null for a direct connection. Reads the environment
 * variables `http_proxy`, `https_proxy` and `no_proxy`. If one is not set, reads the variable with the same
 * name in upper case. Requests to this machine (localhost, 127.0.0.0/8, ::1) never use a proxy. Throws a
 * `WireError` with the code `proxy_unusable` if the variable is not the URL of a proxy.
 */
export function proxyFor(origin: string, env: Variables): ProxySettings | null {
  const target = new URL(origin);
  if (LOOPBACK.test(target.hostname)) return null;
  const [variable, value] = readVariable(`${target.protocol.slice(0, -1)}_proxy`, env);
  if (value === '' || isExempt(target, readVariable('no_proxy', env)[1])) return null;
  return parseProxy(variable, value);
}

function readVariable(name: string, env: Variables): [name: string, value: string] {
  const spelled = env[name] === undefined ? name.toUpperCase() : name;
  return [spelled, env[spelled]?.trim() ?? ''];
}

/**
 * True if the list `no_proxy` contains the host, a parent domain of it, or `*`. An entry may have a port at
 * its end.
 */
function isExempt(target: URL, list: string): boolean {
  const port = target.port === '' ? (target.protocol === 'https:' ? '443' : '80') : target.port;
  return list
    .toLowerCase()
    .split(/[\s,]+/)
    .some((entry) => {
      if (isIPv6(entry)) return target.hostname === new URL(`http://[${entry}]`).hostname;
      const [, host = '', only] = /^(.*?)(?::(\d+))?$/.exec(entry) ?? [];
      if (only !== undefined && only !== port) return false;
      const name = host.replace(/^\*?\./, '');
      return name === '*' || (name !== '' && `.${target.hostname}`.endsWith(`.${name}`));
    });
}

function parseProxy(variable: string, value: string): ProxySettings {
  const text = SCHEME.test(value) ? value : `http://${value}`;
  const [, host = ''] = PROXY_URL.exec(text) ?? [];
  const isHost = HOST.test(host) && !PORT_ONLY.test(host);
  const url = isHost ? parseUrl(text) : null;
  if (url === null) throw unusable(variable);
  const { username, password, origin } = url;
  if (username === '' && password === '') return { variable, origin, authorization: null };
  try {
    const login = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
    const authorization = `Basic ${Buffer.from(login).toString('base64')}`;
    return { variable, origin, authorization };
  } catch (error) {
    // The user name or the password has a `%` without two hex digits after it.
    throw unusable(variable, error);
  }
}

/**
 * Returns the error for a variable that is not the URL of a proxy. The message does not show its value,
 * because it may contain a password.
 */
function unusable(variable: string, cause?: unknown): WireError {
  return new WireError({
    code: 'proxy_unusable',
    phase: 'unsent',
    message: `${variable} holds no URL of an HTTP proxy. Set it to http://HOST:PORT or http://USER:PASSWORD@HOST:PORT (write special characters of the password as %XX), or unset it to connect without a proxy.`,
    cause,
  });
}
