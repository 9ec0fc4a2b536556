import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { parseCredentials } from '../../../src/uploadcare/credentials.ts';

test('keys print as their names, whatever prints them', () => {
  const keys = parseCredentials('pub1', 'sec2');
  const printed = [
    inspect(keys, { depth: 9, showHidden: true }),
    JSON.stringify(keys),
    `${keys.publicKey} ${keys.secretKey}`,
    String(new Error('m', { cause: keys })),
    inspect(new Error('m', { cause: keys })),
  ].join(' ');
  expect(printed).not.toMatch(/pub1|sec2/);
  expect(printed).toContain('[secret key]');
});

test('keys can be revealed where they are needed', () => {
  const { publicKey, secretKey } = parseCredentials(' pub1\n', 'sec2');
  expect([publicKey.reveal(), secretKey.reveal()]).toEqual(['pub1', 'sec2']);
});

test.each(['', ' ', 'two words', 'a\nb: c', 'x'.repeat(129)])('"%s" is no key', (text) => {
  expect(() => parseCredentials(text, 'sec2')).toThrow(/^The public key is not one/);
  expect(() => parseCredentials('pub1', text)).toThrow(/^The secret key is not one/);
});

test('a bad key is not quoted', () => {
  expect(() => parseCredentials('pub1', 'my secret')).not.toThrow(/my secret/);
});
