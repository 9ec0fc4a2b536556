import { expect, test } from 'vitest';
import { connectionFromEnv } from '../../../src/run/connection-from-env.ts';

const KEYS = { UPLOADCARE_PUBLIC_KEY: 'pub', UPLOADCARE_SECRET_KEY: 'sec' };

test('keys come from the environment, the service is the default', () => {
  expect(connectionFromEnv(KEYS)).toEqual({
    publicKey: 'pub',
    secretKey: 'sec',
    restOrigin: 'https://api.uploadcare.com',
    uploadOrigin: 'https://upload.uploadcare.com',
    auth: 'signed',
  });
});

test('the flag goes before the variable', () => {
  const env = { ...KEYS, UPLOADCARE_REST_API_BASE: 'http://127.0.0.1:1' };
  expect(connectionFromEnv(env).restOrigin).toBe('http://127.0.0.1:1');
  const flags = { restApiBase: 'http://127.0.0.1:2/' };
  expect(connectionFromEnv(env, flags).restOrigin).toBe('http://127.0.0.1:2');
});

test.each(['', '   '])('a key of %j is a key that is missing', (secret) => {
  const env = { ...KEYS, UPLOADCARE_SECRET_KEY: secret };
  expect(() => connectionFromEnv(env)).toThrow('UPLOADCARE_SECRET_KEY is not set');
});

test('a key with a line break cannot get into a header', () => {
  const env = { ...KEYS, UPLOADCARE_PUBLIC_KEY: 'pub\r\nX-Evil: 1' };
  expect(() => connectionFromEnv(env)).toThrow('UPLOADCARE_PUBLIC_KEY has characters');
});

test.each(['api.uploadcare.com', 'ftp://x', 'https://u:p@x', 'https://x/path', 'nonsense'])(
  'an API base of %s is refused',
  (base) => {
    const flags = { restApiBase: base };
    expect(() => connectionFromEnv(KEYS, flags)).toThrow('The REST API base must look like');
  },
);

const LOCAL = 'http://127.0.0.1:8010';
const PROXY = 'https://uploadcare.example.com';

test.each([
  ['nothing', {}, 'https://upload.uploadcare.com'],
  ['an emulator as REST API', { UPLOADCARE_REST_API_BASE: LOCAL }, LOCAL],
  ['another host as REST API', { UPLOADCARE_REST_API_BASE: PROXY }, PROXY],
  ['an Upload API', { UPLOADCARE_UPLOAD_API_BASE: LOCAL }, LOCAL],
  ['both', { UPLOADCARE_REST_API_BASE: LOCAL, UPLOADCARE_UPLOAD_API_BASE: PROXY }, PROXY],
  ['an empty one', { UPLOADCARE_UPLOAD_API_BASE: '' }, 'https://upload.uploadcare.com'],
])('uploads go to a host that was named, or to the service: %s', (_, named, expected) => {
  expect(connectionFromEnv({ ...KEYS, ...named }).uploadOrigin).toBe(expected);
});

test('an Upload API base that is none: says which to mend', () => {
  expect(() => connectionFromEnv(KEYS, { uploadApiBase: 'upload' })).toThrow(
    'The Upload API base must look like https://upload.uploadcare.com, got `upload`. Correct --upload-api-base or UPLOADCARE_UPLOAD_API_BASE.',
  );
});
