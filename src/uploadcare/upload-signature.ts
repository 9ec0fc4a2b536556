import { createHash, createHmac } from 'node:crypto';
import type { Credentials } from './credentials.ts';

// All retries of a request use the same permission. So a permission is valid for longer than the longest time
// that ucbulk spends on one request and its retries.
const LIFETIME_S = 3600;

/** Proves that the project allows an upload request: either as form fields, or as an Authorization header. */
export type UploadPermission =
  /** `expire` is the end of the permission, in seconds since 1970. */
  { readonly signature: string; readonly expire: string } | { readonly authorization: string };

/** Creates a permission for one request. */
export type UploadSigner = () => UploadPermission;

/** The ways of signing uploads. If a project does not require signed uploads, the service ignores both. */
export type UploadAuth = 'signature' | 'token';

/**
 * Creates a function that signs uploads (docs/uploadcare-api.md 11.7). `serverNow` returns the time of the
 * service, in ms since 1970.
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
 * Creates a permission as a JSON Web Token. It is valid for one hour; the service allows up to 24 hours. The
 * HS256 key of the token is the SHA-256 hash of the secret key.
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
