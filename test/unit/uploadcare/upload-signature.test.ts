import { createHash, createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { parseCredentials } from '../../../src/uploadcare/credentials.ts';
import { createUploadSigner } from '../../../src/uploadcare/upload-signature.ts';

test('the vendor’s own vector: secret YOUR_SECRET_KEY, expire 1678361640', () => {
  const expire = 1_678_361_640;
  const credentials = parseCredentials('demopublickey', 'YOUR_SECRET_KEY');
  const sign = createUploadSigner(credentials, () => (expire - 3600) * 1000);
  expect(sign()).toEqual({
    expire: '1678361640',
    signature: '93b69d086a487fbdfc36172b96a5d7f5afa7cb209e43e5f25890bc037e638584',
  });
});

test('a token is for an hour, signed with HS256 under the digest of the secret key', () => {
  const credentials = parseCredentials('demopublickey', 'YOUR_SECRET_KEY');
  const permission = createUploadSigner(credentials, () => 1_678_361_640_999, 'token')();
  const { authorization } = permission as { authorization: string };
  const [header = '', payload = '', signature] = authorization.slice('Bearer '.length).split('.');
  const read = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString()) as object;
  expect([read(header), read(payload)]).toEqual([
    { alg: 'HS256', typ: 'JWT' },
    { iat: 1_678_361_640, exp: 1_678_365_240 },
  ]);
  const key = createHash('sha256').update('YOUR_SECRET_KEY').digest();
  const own = createHmac('sha256', key).update(`${header}.${payload}`).digest('base64url');
  expect(signature).toBe(own);
});

test('a permission ends an hour after the service’s now', () => {
  const credentials = parseCredentials('demopublickey', 'YOUR_SECRET_KEY');
  expect(createUploadSigner(credentials, () => 1999)()).toMatchObject({ expire: '3601' });
});
