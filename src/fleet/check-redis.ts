import { UserError } from '../core/user-error.ts';

const MIN_VERSION = [6, 2] as const;

/**
 * Checks the answer to `INFO` of the Redis or Valkey of a fleet. Throws a `UserError` (exit code 3) if it could lose
 * calls without anybody noticing: it must keep an append-only file, must never evict keys, and must be new enough.
 */
export function checkRedis(info: string, shown: string): void {
  const facts = new Map(
    info.split(/\r?\n/).flatMap((line) => {
      const colon = line.indexOf(':');
      return colon === -1 ? [] : [[line.slice(0, colon), line.slice(colon + 1)] as const];
    }),
  );
  const version = facts.get('redis_version') ?? 'of an unknown version';
  const faults = [
    ...(isOlder(version)
      ? [`It is version ${version}, but must be ${MIN_VERSION.join('.')} or newer.`]
      : []),
    ...(facts.get('aof_enabled') === '1'
      ? []
      : [`It keeps no append-only file. ${advice('appendonly yes')}`]),
    ...(facts.get('maxmemory_policy') === 'noeviction'
      ? []
      : [
          `It may evict keys (${facts.get('maxmemory_policy') ?? 'unknown policy'}). ${advice('maxmemory-policy noeviction')}`,
        ]),
  ];
  if (faults.length === 0) return;
  throw new UserError(
    'configuration',
    `Redis at ${shown} can't be used for a fleet. ${faults.join(' ')}`,
  );
}

/** Describes how to change a setting now and for the next start of Redis. */
function advice(setting: string): string {
  return `Use \`redis-cli config set ${setting}\`, and write the line \`${setting}\` into redis.conf.`;
}

function isOlder(version: string): boolean {
  const [major = Number.NaN, minor = Number.NaN] = version.split('.').map(Number);
  if (Number.isNaN(major) || Number.isNaN(minor)) return true;
  const [leastMajor, leastMinor] = MIN_VERSION;
  return major < leastMajor || (major === leastMajor && minor < leastMinor);
}
