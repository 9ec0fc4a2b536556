import { expect, test } from 'vitest';
import { connectionFromEnv } from '../../../src/cli/connection-from-env.ts';

const KEYS = { UPLOADCARE_PUBLIC_KEY: 'pub', UPLOADCARE_SECRET_KEY: 'sec' };
const FLAGS = { restApiBase: undefined, auth: 'signed' } as const;

test('keys come from the environment, the service is the default', () => {
  expect(connectionFromEnv(KEYS, FLAGS)).toEqual({
    publicKey: 'pub',
    secretKey: 'sec',
    restOrigin: 'https://api.uploadcare.com',
    auth: 'signed',
  });
});

test('the flag goes before the variable', () => {
  const env = { ...KEYS, UPLOADCARE_REST_API_BASE: 'http://127.0.0.1:1' };
  expect(connectionFromEnv(env, FLAGS).restOrigin).toBe('http://127.0.0.1:1');
  const flags = { ...FLAGS, restApiBase: 'http://127.0.0.1:2/' };
  expect(connectionFromEnv(env, flags).restOrigin).toBe('http://127.0.0.1:2');
});

test.each(['', '   '])('a key of %j is a key that is missing', (secret) => {
  const env = { ...KEYS, UPLOADCARE_SECRET_KEY: secret };
  expect(() => connectionFromEnv(env, FLAGS)).toThrow('UPLOADCARE_SECRET_KEY is not set');
});

test('a key with a line break cannot get into a header', () => {
  const env = { ...KEYS, UPLOADCARE_PUBLIC_KEY: 'pub\r\nX-Evil: 1' };
  expect(() => connectionFromEnv(env, FLAGS)).toThrow('UPLOADCARE_PUBLIC_KEY has characters');
});

test.each(['api.uploadcare.com', 'ftp://x', 'https://u:p@x', 'https://x/path', 'nonsense'])(
  'an API base of %s is refused',
  (base) => {
    const flags = { ...FLAGS, restApiBase: base };
    expect(() => connectionFromEnv(KEYS, flags)).toThrow('The REST API base must look like');
  },
);
