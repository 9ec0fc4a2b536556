import { Readable } from 'node:stream';
import { errorMessage } from '../core/error-message.ts';
import { ClassifiedError } from '../core/failure.ts';
import type { ByteBody } from '../core/world.ts';

/**
 * The error for a request whose body could not be sent completely. `code` becomes the code of the
 * `WireError`.
 */
class BodyError extends Error {
  override readonly name = 'BodyError';
  readonly code: 'body_changed' | 'body_unreadable';

  constructor(message: string, options: { code: BodyError['code']; cause?: unknown }) {
    super(message, { cause: options.cause });
    this.code = options.code;
  }
}

/**
 * Returns the body as a stream for undici. It reads the first byte only when the connection is ready to send
 * it.
 */
export function bodyStream(bytes: ByteBody): Readable {
  return Readable.from(checkSize(bytes));
}

/**
 * Passes the bytes on. Throws if their number is not `size`, which is the `content-length` of the request.
 * Otherwise the service would get an incomplete file, or would read surplus bytes as the next request.
 */
async function* checkSize({ size, open }: ByteBody): AsyncGenerator<Uint8Array> {
  let sent = 0;
  for await (const chunk of wrapReadErrors(open())) {
    sent += chunk.length;
    if (sent > size) throw sizeChanged(size, 'more');
    yield chunk;
  }
  if (sent < size) throw sizeChanged(size, 'fewer');
}

async function* wrapReadErrors(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* chunks;
  } catch (cause) {
    const why = errorMessage(cause);
    const hasChanged = cause instanceof ClassifiedError && cause.code === 'body_changed';
    throw new BodyError(why, { code: hasChanged ? 'body_changed' : 'body_unreadable', cause });
  }
}

function sizeChanged(size: number, how: string): BodyError {
  return new BodyError(`${how} than the ${size} bytes there were before`, { code: 'body_changed' });
}
