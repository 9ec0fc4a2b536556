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

test('a permission ends an hour after the service’s now', () => {
  const credentials = parseCredentials('demopublickey', 'YOUR_SECRET_KEY');
  expect(createUploadSigner(credentials, () => 1999)().expire).toBe('3601');
});
