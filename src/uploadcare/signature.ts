import { createHash, createHmac } from 'node:crypto';
import type { SignableRequest, Signer } from '../transport/send.ts';
import type { Credentials } from './credentials.ts';

const EMPTY_MD5 = 'd41d8cd98f00b204e9800998ecf8427e';

/**
 * Creates signatures for the authentication scheme `Uploadcare` (docs/uploadcare-api.md 1.2). The headers
 * never contain the secret key.
 */
export function createSigner({ publicKey, secretKey }: Credentials): Signer {
  return (request) => {
    const signature = createHmac('sha1', secretKey.reveal()).update(signedText(request));
    return { authorization: `Uploadcare ${publicKey.reveal()}:${signature.digest('hex')}` };
  };
}

/**
 * Creates headers for the authentication scheme `Uploadcare.Simple`. The header contains the secret key. So
 * this function throws unless the origin uses HTTPS or is on this machine.
 */
export function createSimpleSigner(credentials: Credentials, origin: string): Signer {
  if (!isPrivate(origin)) {
    throw new Error('Simple authentication would send the secret key over plain HTTP');
  }
  const { publicKey, secretKey } = credentials;
  const authorization = `Uploadcare.Simple ${publicKey.reveal()}:${secretKey.reveal()}`;
  return () => ({ authorization });
}

function signedText({ method, body, contentType, date, target }: SignableRequest): string {
  return [method, md5(body), contentType, date, target].join('\n');
}

/**
 * Returns the MD5 hash of a body. Uploadcare's scheme requires MD5. The hash only identifies the body. The
 * request is protected by the HMAC-SHA1 signature, which includes the hash.
 */
function md5(body: string | null): string {
  return body === null ? EMPTY_MD5 : createHash('md5').update(body).digest('hex');
}

function isPrivate(origin: string): boolean {
  const { protocol, hostname } = new URL(origin);
  const isLoopback =
    hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname);
  return protocol === 'https:' || isLoopback;
}
