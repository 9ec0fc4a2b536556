import type { ConnectionOptions } from 'bullmq';
import type { Redis } from 'ioredis';
import type { LogLine } from '../core/log-line.ts';
import { UserError } from '../core/user-error.ts';
import type { Envelope } from './call-bus.ts';
import { checkRedis } from './check-redis.ts';
import { type FleetKeys, fleetKeys } from './fleet-keys.ts';
import { parseRedisAddress, type RedisAddress } from './redis-address.ts';
import { redisFault } from './redis-fault.ts';

/** Longest pause before a lost connection is retried, ms. */
const MAX_RECONNECT_MS = 2000;
const CONNECT_TIMEOUT_MS = 5000;
/** A connection that ioredis ends is cut off after this time, ms. After a failed connection, ioredis waits as long. */
const DISCONNECT_TIMEOUT_MS = 200;

/** The packages of the fleet. They are optional, so that an installation without a fleet does not have them. */
interface FleetPackages {
  readonly bullmq: typeof import('bullmq');
  readonly ioredis: Pick<typeof import('ioredis'), 'Redis'>;
}

/** The Redis of a fleet, and the parts with which its queues and channels are opened. */
export interface FleetRedis {
  /** If Redis can't be reached, a command fails at once, and its caller repeats it. */
  readonly redis: Redis;
  readonly keys: FleetKeys;
  readonly bullmq: FleetPackages['bullmq'];
  /** The options of every queue and worker of BullMQ. */
  readonly queueOptions: { readonly connection: ConnectionOptions; readonly prefix: string };
  /** Logs the error of a connection. The client reconnects by itself. */
  readonly onError: (error: Error) => void;
  /** Subscribes to a channel of envelopes. */
  subscribe(channel: string, onMessage: (envelope: Envelope) => void): Promise<Redis>;
}

/**
 * Connects to the Redis at this address, such as `rediss://user:password@redis.example:6380/0?prefix=media`. Throws a
 * `UserError` if the address is wrong (usage), or if Redis can't be used or a package is missing (configuration).
 */
export async function openFleetRedis(text: string, log: LogLine): Promise<FleetRedis> {
  const address = parseRedisAddress(text);
  const { bullmq, ioredis } = await loadFleetPackages();
  const onError = (error: Error) => log('debug', {}, `Redis: ${error.message}`);
  const { prefix } = address;
  return {
    redis: await connectChecked(ioredis, address, onError),
    keys: fleetKeys(prefix),
    bullmq,
    queueOptions: { connection: connectionOptions(address), prefix },
    onError,
    async subscribe(channel, onMessage) {
      const redis = new ioredis.Redis(connectionOptions(address));
      redis.on('error', onError);
      redis.on('message', (_channel: string, message: string) => {
        const envelope = parseEnvelope(message);
        if (envelope === null) log('warn', {}, 'A message in Redis is not one of ucbulk');
        else onMessage(envelope);
      });
      await redis.subscribe(channel);
      return redis;
    },
  };
}

/** Loads the packages. Throws a `UserError` (exit code 3) with the command that installs them if they are missing. */
async function loadFleetPackages(): Promise<FleetPackages> {
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
    'A fleet needs two packages that are not installed. Use `npm install bullmq@6 ioredis@6`, or `npm install --global bullmq@6 ioredis@6` if ucbulk is installed globally.',
    { cause },
  );
}

/** The options of every connection to the Redis of a fleet. */
function connectionOptions(address: RedisAddress) {
  const { host, port, username, password, db, tls } = address;
  return {
    host,
    port,
    db,
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    ...(tls && { tls: {} }),
    maxRetriesPerRequest: null,
    connectTimeout: CONNECT_TIMEOUT_MS,
    disconnectTimeout: DISCONNECT_TIMEOUT_MS,
    retryStrategy: (tries: number) => Math.min(100 * tries, MAX_RECONNECT_MS),
  };
}

/**
 * Connects and checks the settings of the server. Throws a `UserError` (exit code 3) if it can't be reached, refuses the
 * user or is not fit for a fleet.
 */
async function connectChecked(
  ioredis: FleetPackages['ioredis'],
  address: RedisAddress,
  onError: (error: Error) => void,
): Promise<Redis> {
  const redis = new ioredis.Redis({
    ...connectionOptions(address),
    lazyConnect: true,
    // If Redis can't be reached, a command fails at once, and its caller repeats it.
    enableOfflineQueue: false,
    maxRetriesPerRequest: 1,
  });
  // ioredis reports the cause as an event, and then rejects with another error.
  let cause: Error | null = null;
  redis.on('error', (error: Error) => {
    cause = error;
    onError(error);
  });
  try {
    await redis.connect();
    // ioredis ignores the refusal of a database number, and would use database 0.
    if (address.db !== 0) await redis.select(address.db);
    checkRedis(await redis.info(), address.shown);
    return redis;
  } catch (error) {
    redis.disconnect();
    throw error instanceof UserError ? error : redisFault(cause ?? error, address);
  }
}

function parseEnvelope(text: string): Envelope | null {
  try {
    const { run, project, worker, text: sealed } = JSON.parse(text) as Partial<Envelope>;
    const parts = [run, project, worker, sealed];
    if (!parts.every((part) => typeof part === 'string')) return null;
    return { run, project, worker, text: sealed } as Envelope;
  } catch {
    return null;
  }
}
