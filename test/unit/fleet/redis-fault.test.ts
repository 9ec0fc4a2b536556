import { expect, test } from 'vitest';
import { parseRedisAddress } from '../../../src/fleet/redis-address.ts';
import { redisFault } from '../../../src/fleet/redis-fault.ts';

const PLAIN = 'redis://me:geheim@redis.example/77';
const TLS = 'rediss://redis.example:6380';

test.each([
  [PLAIN, 'NOAUTH HELLO must be called', 'as in redis://:PASSWORD@redis.example:6379/77'],
  [PLAIN, 'WRONGPASS invalid username-password pair', 'the user or the password is wrong'],
  [PLAIN, "NOPERM this user has no permissions to run the 'info' command", 'lacks rights'],
  [PLAIN, 'ERR DB index is out of range', 'it has no database 77'],
  [PLAIN, 'connect ECONNREFUSED 127.0.0.1:6379', 'nothing listens at this address'],
  [PLAIN, 'getaddrinfo ENOTFOUND redis.example', 'the name of its host is unknown'],
  [PLAIN, 'connect ETIMEDOUT', 'it does not answer. Check the address'],
  [PLAIN, 'write ECONNRESET', 'If it has TLS, write rediss:// instead of redis://'],
  [TLS, 'connect ETIMEDOUT', 'If it has no TLS, write redis:// instead of rediss://'],
  [TLS, 'self-signed certificate', 'NODE_EXTRA_CA_CERTS'],
  [PLAIN, 'LOADING Redis is loading the dataset in memory', 'LOADING Redis is loading'],
])('%s with "%s" says what to do', (address, message, words) => {
  const fault = redisFault(new Error(message), parseRedisAddress(address));
  expect(fault.kind).toBe('configuration');
  expect(fault.message).toContain(words);
  expect(fault.message).not.toContain('geheim');
});
