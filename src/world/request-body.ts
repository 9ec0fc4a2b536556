import { Readable } from 'node:stream';
import { errorMessage } from '../core/error-message.ts';
import { ClassifiedError } from '../core/failure.ts';
import type { ByteBody } from '../core/world.ts';

/** The body of a request could not be sent completely. `code` becomes the code of the `WireError`. */
class BodyError extends Error {
  override readonly name = 'BodyError';
  readonly code: 'body_changed' | 'body_unreadable';

  constructor(message: string, options: { code: BodyError['code']; cause?: unknown }) {
    super(message, { cause: options.cause });
    this.code = options.code;
  }
}

/** Returns the body as a stream for undici. Reads no byte before the connection is ready to send it. */
export function bodyStream(bytes: ByteBody): Readable {
  return Readable.from(checkSize(bytes));
}

/**
 * Passes the bytes on, and throws if their number differs from the `content-length` header. The service would
 * otherwise get an incomplete file, or read the rest as the next request.
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
