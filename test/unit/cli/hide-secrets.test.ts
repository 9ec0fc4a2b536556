import { expect, test } from 'vitest';
import { hideSecrets as secretsOf } from '../../../src/cli/hidden-secrets.ts';

const hideSecrets = (env: Parameters<typeof secretsOf>[0]) => secretsOf(env).redact;

test('secrets of the environment are cut out of any text, wherever and however often they are', () => {
  const hide = hideSecrets({
    UPLOADCARE_SECRET_KEY: ' canarysecret ',
    TARGET_SECRET_KEY: 'othersecret',
    HOME: '/home/me',
  });
  expect(hide('Simple demo:canarysecret, canarysecretothersecret in /home/me')).toBe(
    'Simple demo:[redacted], [redacted][redacted] in /home/me',
  );
});

test('a "secret" of a few letters would blank out innocent words', () => {
  expect(hideSecrets({ UPLOADCARE_SECRET_KEY: 'demo' })('the demo')).toBe('the demo');
});

test('the password of a proxy is cut out as it is written and as it is sent', () => {
  const url = 'http://me:can%40ry-word@p.test:3128';
  const hide = hideSecrets({ HTTPS_PROXY: url, http_proxy: 'me:other-word@p.test' });
  const login = Buffer.from('me:can@ry-word').toString('base64');
  expect(hide(`${url} can@ry-word other-word`)).toBe(
    'http://me:[redacted]@p.test:3128 [redacted] [redacted]',
  );
  expect(hide(`Basic ${login}`)).toBe('Basic [redacted]');
});

test('a secret that a command learns later is hidden from then on', () => {
  const hidden = secretsOf({});
  hidden.add(['sv=1&sig=abcdef']);
  expect(hidden.redact('https://a.test/1?sv=1&sig=abcdef')).toBe('https://a.test/1?[redacted]');
});
