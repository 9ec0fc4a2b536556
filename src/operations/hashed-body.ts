import { createHash } from 'node:crypto';
import { ClassifiedError, type Effect } from '../core/failure.ts';
import type { ByteBody } from '../core/world.ts';

/** A body whose checksum is calculated while it is sent. */
export interface HashedBody {
  readonly bytes: ByteBody;
  /**
   * The checksum of the bytes that were sent last, in lower-case hex. Throws an error if they were not sent
   * completely.
   */
  digest(): string;
}

/**
 * Calculates the checksum of a body while it is sent. If the body is sent again, the calculation starts
 * again. The service may answer before it received the last byte. `digest` then throws a failure with the
 * given `effect`.
 */
export function hashedBody(
  { size, open }: ByteBody,
  { algorithm, effect }: { readonly algorithm: 'md5' | 'sha256'; readonly effect: Effect },
): HashedBody {
  let digest: string | null = null;
  async function* hashing(): AsyncGenerator<Uint8Array> {
    const hash = createHash(algorithm);
    let left = size;
    digest = left === 0 ? hash.digest('hex') : null;
    for await (const chunk of open()) {
      hash.update(chunk);
      left -= chunk.length;
      if (left === 0) digest = hash.digest('hex');
      yield chunk;
    }
  }
  return {
    bytes: { size, open: hashing },
    digest() {
      if (digest !== null) return digest;
      const message = 'The service answered before it had the whole file';
      throw new ClassifiedError({ kind: 'transient', effect, code: 'early_answer', message });
    },
  };
}
