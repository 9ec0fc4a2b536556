import { expect, test } from 'vitest';
import { checkRedis } from '../../../src/fleet/check-redis.ts';
import { parseRedisAddress } from '../../../src/fleet/redis-address.ts';

test('an address has a host, a port, a database, a user, a password and a prefix', () => {
  expect(parseRedisAddress('rediss://me:p%40ss@redis.example:6380/2?prefix=media')).toEqual({
    shown: 'rediss://redis.example:6380/2',
    host: 'redis.example',
    port: 6380,
    username: 'me',
    password: 'p@ss',
    db: 2,
    tls: true,
    prefix: 'media',
  });
  expect(parseRedisAddress('redis://localhost')).toMatchObject({
    port: 6379,
    db: 0,
    prefix: 'ucbulk',
  });
  expect(parseRedisAddress('redis://[::1]:7000')).toMatchObject({ host: '::1', port: 7000 });
});

test.each([
  ['localhost:6379', 'redis://'],
  ['http://localhost', 'redis://'],
  ['redis://localhost/abc', 'database number'],
  ['redis://localhost?tls=1', 'parameter tls'],
  ['redis://localhost?prefix=a:b', 'prefix'],
  ['redis://me:50%off@localhost', 'a password with a % that begins no code: write %25 for %'],
  ['redis://5%:secret@localhost', 'a user with a % that begins no code'],
])('%s is refused without a word of it in the message', (address, words) => {
  expect(() => parseRedisAddress(address)).toThrow(words);
  expect(() => parseRedisAddress('http://me:geheim@x')).not.toThrow('geheim');
});

const GOOD = 'redis_version:7.0.15\r\naof_enabled:1\r\nmaxmemory_policy:noeviction\r\n';

test('a server with an append-only file, without eviction and new enough is taken', () => {
  expect(() => checkRedis(GOOD, 'redis://x')).not.toThrow();
  expect(() => checkRedis(GOOD.replace('7.0.15', '6.2.0'), 'redis://x')).not.toThrow();
});

test.each([
  ['7.0.15', '6.0.16', 'It is version 6.0.16, but must be 6.2 or newer.'],
  ['7.0.15', '', 'must be 6.2 or newer'],
  [
    'aof_enabled:1',
    'aof_enabled:0',
    'Use `redis-cli config set appendonly yes`, and write the line `appendonly yes` into redis.conf.',
  ],
  [
    'noeviction',
    'allkeys-lru',
    'may evict keys (allkeys-lru). Use `redis-cli config set maxmemory-policy noeviction`',
  ],
])('%s replaced by %s is refused', (from, to, words) => {
  expect(() => checkRedis(GOOD.replace(from, to), 'redis://x')).toThrow(words);
});
