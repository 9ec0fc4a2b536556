import type { IncomingMessage } from 'node:http';
import { RequestRefused } from './parse-request.ts';
import type { Session } from './session.ts';

/** Names of this machine. The port may be another one, because an SSH tunnel changes it. */
const OWN_HOST = /^(?:127\.0\.0\.1|localhost)(?::\d{1,5})?$/i;

/**
 * Throws if a request does not come from the page of this server: another name of the host (DNS rebinding), another
 * origin, another folder, or no cookie.
 */
export function checkRequest(
  { headers }: IncomingMessage,
  pathname: string,
  session: Session,
): void {
  const { host = '', origin } = headers;
  checkHost(host);
  if (origin !== undefined && !isOwnOrigin(origin, host)) {
    throw new RequestRefused(403, 'This server answers only its own page.');
  }
  if (!pathname.startsWith(session.folder) || !session.hasCookie(headers.cookie)) {
    throw new RequestRefused(
      401,
      'Open the address that ucbulk printed. It contains the token that this page needs.',
    );
  }
}

/** Throws if the host is not this machine. */
export function checkHost(host: string): void {
  if (!OWN_HOST.test(host)) throw new RequestRefused(421, 'This server answers only at 127.0.0.1.');
}

/** Throws if a command does not come from the page, or if the server accepts none. */
export function checkCommand({ headers }: IncomingMessage, canControl: boolean): void {
  if (!canControl) {
    throw new RequestRefused(
      403,
      'This server only reads. To change runs, start `ucbulk serve --control`.',
    );
  }
  const { host = '', origin = '' } = headers;
  const type = headers['content-type'] ?? '';
  if (!isOwnOrigin(origin, host) || !/^application\/json(?:;|$)/i.test(type)) {
    throw new RequestRefused(403, 'This server accepts commands only from its own page.');
  }
}

function isOwnOrigin(origin: string, host: string): boolean {
  return origin.toLowerCase() === `http://${host.toLowerCase()}`;
}
