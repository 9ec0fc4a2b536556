import { parseUrl } from '../core/parse-url.ts';
import { UserError } from '../core/user-error.ts';

/** The parts of the address of a fleet's Redis. */
export interface RedisAddress {
  /** The address without user, password and prefix, for messages. */
  readonly shown: string;
  readonly host: string;
  readonly port: number;
  readonly username?: string;
  readonly password?: string;
  /** Number of the database. */
  readonly db: number;
  /** True for `rediss://`. */
  readonly tls: boolean;
  /** All keys of the fleet begin with it. */
  readonly prefix: string;
}

const DEFAULT_PORT = 6379;
const EXAMPLE = 'redis://user:password@redis.example:6379/0?prefix=ucbulk';

/**
 * Reads the address of a fleet, such as `rediss://user:password@redis.example:6380/2?prefix=media`. Throws a
 * `UserError` (exit code 2) if it is not one. The message does not contain the address, which may have a password.
 */
export function parseRedisAddress(text: string): RedisAddress {
  const url = parseUrl(text);
  if (url === null || !['redis:', 'rediss:'].includes(url.protocol) || url.hostname === '') {
    throw notAddress('is not an address that begins with redis:// or rediss://');
  }
  const database = url.pathname.replace(/^\//, '') || '0';
  if (!/^\d{1,4}$/.test(database)) throw notAddress('has a path that is not a database number');
  const { prefix, ...unknown } = Object.fromEntries(url.searchParams);
  const [other] = Object.keys(unknown);
  if (other !== undefined) throw notAddress(`has the parameter ${other}, but only prefix is known`);
  if (prefix !== undefined && !/^[A-Za-z0-9_.-]{1,64}$/.test(prefix)) {
    throw notAddress('has a prefix that is not up to 64 letters, digits and the signs - _ .');
  }
  const port = url.port === '' ? DEFAULT_PORT : Number(url.port);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  return {
    shown: `${url.protocol}//${url.hostname}:${port}/${database}`,
    host,
    port,
    ...(url.username !== '' && { username: decode(url.username, 'user') }),
    ...(url.password !== '' && { password: decode(url.password, 'password') }),
    db: Number(database),
    tls: url.protocol === 'rediss:',
    prefix: prefix ?? 'ucbulk',
  };
}

/** Returns the user or password with its `%40` and the like as signs. */
function decode(text: string, part: 'user' | 'password'): string {
  try {
    return decodeURIComponent(text);
  } catch (cause) {
    throw notAddress(`has a ${part} with a % that begins no code: write %25 for %`, cause);
  }
}

function notAddress(what: string, cause?: unknown): UserError {
  return new UserError('usage', `--fleet ${what}. Example: ${EXAMPLE}`, { cause });
}
