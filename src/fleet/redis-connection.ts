import type { Redis } from 'ioredis';
import { errorMessage } from '../core/error-message.ts';
import type { LogLine } from '../core/log-line.ts';
import { UserError } from '../core/user-error.ts';
import { checkRedis } from './check-redis.ts';
import type { RedisAddress } from './redis-address.ts';

/** Longest pause before a lost connection is retried, ms. */
const MAX_RECONNECT_MS = 2000;
const CONNECT_TIMEOUT_MS = 10_000;

/** The packages of the fleet. They are optional, so that an installation without a fleet does not have them. */
export interface FleetPackages {
  readonly bullmq: typeof import('bullmq');
  readonly ioredis: Pick<typeof import('ioredis'), 'Redis'>;
}

/** Loads the packages. Throws a `UserError` (exit code 3) with the command that installs them if they are missing. */
export async function loadFleetPackages(): Promise<FleetPackages> {
  try {
    const [bullmq, ioredis] = await Promise.all([import('bullmq'), import('ioredis')]);
    return { bullmq, ioredis };
  } catch (error) {
    throw packagesMissing(error);
  }
}

function packagesMissing(cause: unknown): UserError {
  return new UserError(
    'configuration',
    'A fleet needs two packages that are not installed: npm install bullmq@6 ioredis@6',
    { cause },
  );
}

/** The options of every connection to the Redis of a fleet. */
export function connectionOptions(address: RedisAddress) {
  const { host, port, username, password, db, tls } = address;
  return {
    host,
    port,
    db,
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    ...(tls && { tls: { servername: host } }),
    maxRetriesPerRequest: null,
    connectTimeout: CONNECT_TIMEOUT_MS,
    retryStrategy: (tries: number) => Math.min(100 * tries, MAX_RECONNECT_MS),
  };
}

/**
 * Connects and checks the settings of the server. Throws a `UserError` (exit code 3) if it can't be reached, refuses the
 * user or is not fit for a fleet.
 */
export async function connectChecked(
  { ioredis }: FleetPackages,
  address: RedisAddress,
  log: LogLine,
): Promise<Redis> {
  const redis = new ioredis.Redis({
    ...connectionOptions(address),
    lazyConnect: true,
    // A command that can't be sent now fails, and its sender repeats it.
    enableOfflineQueue: false,
    maxRetriesPerRequest: 1,
  });
  // ioredis reports the cause as an event, and then rejects with another error.
  let cause: Error | null = null;
  redis.on('error', (error: Error) => {
    cause = error;
    log('debug', {}, `Redis: ${error.message}`);
  });
  try {
    await redis.connect();
    checkRedis(await redis.info(), address.shown);
    return redis;
  } catch (error) {
    redis.disconnect();
    throw error instanceof UserError ? error : unreachable(cause ?? error, address);
  }
}

function unreachable(cause: unknown, { shown }: RedisAddress): UserError {
  return new UserError(
    'configuration',
    `Redis at ${shown} can't be used: ${errorMessage(cause)}. Check the address, the user and the password of --fleet.`,
    { cause },
  );
}
