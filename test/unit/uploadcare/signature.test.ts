import { expect, test } from 'vitest';
import { parseCredentials } from '../../../src/uploadcare/credentials.ts';
import { createSigner, createSimpleSigner } from '../../../src/uploadcare/signature.ts';

const demo = parseCredentials('demopublickey', 'demoprivatekey');

const published = {
  method: 'GET',
  target: '/files/?limit=1&stored=true',
  contentType: 'application/json',
  date: 'Mon, 05 Nov 2018 13:14:41 GMT',
  body: null,
};

test("signs the vendor's published request as published", () => {
  expect(createSigner(demo)(published)).toEqual({
    authorization: 'Uploadcare demopublickey:3cbc4d2cf91f80c1ba162b926f8a975e8bec7995',
  });
});

test.each([
  ['method', { method: 'HEAD' }],
  ['target', { target: '/files/?stored=true&limit=1' }],
  ['content type', { contentType: 'text/plain' }],
  ['date', { date: 'Mon, 05 Nov 2018 13:14:42 GMT' }],
  ['body', { body: '["ä"]' }],
])('another %s is another signature', (_, change) => {
  const sign = createSigner(demo);
  expect(sign({ ...published, ...change })).not.toEqual(sign(published));
});

test('the simple scheme sends both keys', () => {
  const sign = createSimpleSigner(demo, 'https://api.uploadcare.com');
  expect(sign(published)).toEqual({
    authorization: 'Uploadcare.Simple demopublickey:demoprivatekey',
  });
});

test.each(['http://127.0.0.1:8080', 'http://localhost:8080', 'http://[::1]:80'])(
  'the simple scheme may go to %s',
  (origin) => {
    expect(() => createSimpleSigner(demo, origin)).not.toThrow();
  },
);

test.each([
  'http://api.uploadcare.com',
  'http://10.0.0.1',
  'http://127.evil.example',
  'http://localhost.evil.example',
])('the simple scheme refuses %s', (origin) => {
  expect(() => createSimpleSigner(demo, origin)).toThrow(/plain HTTP/);
});
