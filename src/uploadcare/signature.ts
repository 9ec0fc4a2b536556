import { createHash, createHmac } from 'node:crypto';
import type { SignableRequest, Signer } from '../transport/send.ts';
import type { Credentials } from './credentials.ts';

const MD5_OF_NOTHING = 'd41d8cd98f00b204e9800998ecf8427e';

/** The `Uploadcare` scheme (api 1.2): the secret key itself never travels. */
export function createSigner({ publicKey, secretKey }: Credentials): Signer {
  return (request) => {
    const signature = createHmac('sha1', secretKey.reveal()).update(signedText(request));
    return { authorization: `Uploadcare ${publicKey.reveal()}:${signature.digest('hex')}` };
  };
}

/** The `Uploadcare.Simple` scheme: the secret key travels, so it takes HTTPS or this very machine. */
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

/** MD5 is the scheme's, for integrity of the body only. */
function md5(body: string | null): string {
  return body === null ? MD5_OF_NOTHING : createHash('md5').update(body).digest('hex');
}

function isPrivate(origin: string): boolean {
  const { protocol, hostname } = new URL(origin);
  const isLoopback =
    hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname);
  return protocol === 'https:' || isLoopback;
}
