import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** Number of random bytes of the token: 192 bits. */
const TOKEN_BYTES = 24;
const FOLDER_BYTES = 16;

/**
 * The access to a server. The token is in the printed address. A browser that opens this address gets a cookie with
 * another secret, so that the address bar and the history of the page do not show what gives access.
 */
export class Session {
  readonly token = randomBytes(TOKEN_BYTES).toString('base64url');
  /**
   * The path below which the server answers. A browser sends a cookie to all ports of a host, so it would also send it
   * to a server of another user at 127.0.0.1. It sends this cookie only to paths that such a server can't know.
   */
  readonly folder = `/${randomBytes(FOLDER_BYTES).toString('base64url')}/`;
  readonly #secret = randomBytes(TOKEN_BYTES).toString('base64url');
  /** Cookies belong to a host, not to a port, so each server needs a name of its own. */
  readonly #name = `ucbulk-${randomBytes(4).toString('hex')}`;

  isToken(text: string): boolean {
    return isSame(text, this.token);
  }

  /** The value of `Set-Cookie`. The browser forgets the cookie when it is closed. */
  get cookie(): string {
    return `${this.#name}=${this.#secret}; HttpOnly; SameSite=Strict; Path=${this.folder}`;
  }

  /** True if a request has the cookie. */
  hasCookie(header: string | undefined): boolean {
    const cookies = (header ?? '').split(';').map((cookie) => cookie.trim().split('='));
    return cookies.some(
      ([name, value]) => name === this.#name && isSame(value ?? '', this.#secret),
    );
  }
}

/** Compares two texts in a time that does not depend on their content. */
function isSame(one: string, other: string): boolean {
  const hash = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(one), hash(other));
}
