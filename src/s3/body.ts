import { createHash } from 'node:crypto';
import type { ByteBody } from '../core/world.ts';

/** A body from bytes in memory. */
export function bytesBody(bytes: Uint8Array): ByteBody {
  return {
    size: bytes.length,
    async *open() {
      yield bytes;
    },
  };
}

/** MD5 of bytes in lower-case hex. */
export function md5Of(bytes: Uint8Array): string {
  return createHash('md5').update(bytes).digest('hex');
}

/** The header by which the server checks a body. */
export function md5Header(md5: string | undefined): Record<string, string> {
  return md5 === undefined ? {} : { 'content-md5': Buffer.from(md5, 'hex').toString('base64') };
}
