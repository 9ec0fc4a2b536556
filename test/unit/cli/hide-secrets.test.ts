import { expect, test } from 'vitest';
import { hideSecrets } from '../../../src/cli/hide-secrets.ts';

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
