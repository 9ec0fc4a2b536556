import { WireError, type WireRequest } from '../core/world.ts';
import type { ProxySettings } from './proxy-settings.ts';

// Matches the error messages of undici's ProxyAgent after the proxy itself answered with an error.
const ANSWERED = /^(?:Proxy response|Proxy Authentication Required) \((\d{3})\)/;
const SYSTEM_CODE = /^[A-Z_]+$/;

/**
 * Converts the error of a request through a proxy. The new message names the proxy and the environment
 * variable that sets it.
 */
export function proxyFailure(
  error: WireError,
  proxy: ProxySettings,
  request: WireRequest,
): WireError {
  const status = Number(ANSWERED.exec(error.message)?.[1] ?? 0);
  const name = `the proxy ${new URL(proxy.origin).host} (${proxy.variable})`;
  // Creates the error for a request that the proxy itself refused. It has the phase `unsent`, because the
  // service never received the request.
  const refused = (code: string, message: string) =>
    new WireError({ code, phase: 'unsent', message, cause: error });
  if (status === 407) return refused('proxy_login', loginMessage(name, proxy));
  if (status >= 400 && status < 500 && status !== 408 && status !== 429) {
    const { host } = new URL(request.origin);
    return refused(
      'proxy_refused',
      `${capitalize(name)} refused a connection to ${host} (${status}). Ask the owner of the proxy to allow this host, or name the host in NO_PROXY to connect without the proxy.`,
    );
  }
  if (error.phase !== 'unsent' || !SYSTEM_CODE.test(error.code)) return error;
  const { code, phase, headers, message } = error;
  return new WireError({
    code,
    phase,
    headers,
    message: `${message}, through ${name}`,
    cause: error.cause,
  });
}

function loginMessage(name: string, { variable, origin, authorization }: ProxySettings): string {
  if (authorization !== null) {
    return `${capitalize(name)} did not accept the user name and password in ${variable} (407). Correct them; write special characters as %XX.`;
  }
  const url = `${origin.replace('//', '//USER:PASSWORD@')}`;
  return `${capitalize(name)} wants a user name and a password (407). Put them into the URL: ${variable}=${url}`;
}

function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
