import { createHmac } from 'node:crypto';
import type { Credentials } from './credentials.ts';

const LIFETIME_S = 3600; // outlives the waits of one request, whose retries carry the same signature

/** Permission to upload until `expire`, in seconds since 1970. */
interface UploadSignature {
  readonly signature: string;
  readonly expire: string;
}

/** Makes a permission for one request. */
export type UploadSigner = () => UploadSignature;

/** Signed uploads (api 11.7); `serverNow` is the service's time, ms since 1970. */
export function createUploadSigner(
  { secretKey }: Pick<Credentials, 'secretKey'>,
  serverNow: () => number,
): UploadSigner {
  return () => {
    const expire = String(Math.floor(serverNow() / 1000) + LIFETIME_S);
    const signature = createHmac('sha256', secretKey.reveal()).update(expire).digest('hex');
    return { signature, expire };
  };
}
