import { createHash, createHmac } from 'node:crypto';
import type { Credentials } from './credentials.ts';

const LIFETIME_S = 3600; // longer than all waits of one request, whose retries use the same credential

/** The permission for one upload request: form fields, or an Authorization header. */
export type UploadPermission =
  /** `expire` is in seconds since 1970. */
  { readonly signature: string; readonly expire: string } | { readonly authorization: string };

/** Makes a permission for one request. */
export type UploadSigner = () => UploadPermission;

/** The method of signing uploads. A project that does not require signed uploads ignores both. */
export type UploadAuth = 'signature' | 'token';

/**
 * Makes the signer for signed uploads (api 11.7). `serverNow` is the service's time, ms since 1970.
 */
export function createUploadSigner(
  { secretKey }: Pick<Credentials, 'secretKey'>,
  serverNow: () => number,
  auth: UploadAuth = 'signature',
): UploadSigner {
  if (auth === 'token') return () => uploadToken(secretKey.reveal(), serverNow());
  return () => {
    const expire = String(Math.floor(serverNow() / 1000) + LIFETIME_S);
    const signature = createHmac('sha256', secretKey.reveal()).update(expire).digest('hex');
    return { signature, expire };
  };
}

/**
 * Makes a JSON Web Token for one request. The service allows a lifetime of 24 h; ucbulk uses one
 * hour. The key for HS256 is the SHA-256 digest of the secret key.
 */
function uploadToken(secretKey: string, nowMs: number): UploadPermission {
  const iat = Math.floor(nowMs / 1000);
  const claims = { iat, exp: iat + LIFETIME_S };
  const signed = `${segment({ alg: 'HS256', typ: 'JWT' })}.${segment(claims)}`;
  const key = createHash('sha256').update(secretKey).digest();
  const signature = createHmac('sha256', key).update(signed).digest('base64url');
  return { authorization: `Bearer ${signed}.${signature}` };
}

function segment(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
