import { Readable } from 'node:stream';
import { errorMessage } from '../core/error-message.ts';
import { ClassifiedError } from '../core/failure.ts';
import type { ByteBody } from '../core/world.ts';

/** The reason why a body was not sent completely. `code` is that of a `WireError`. */
class BodyError extends Error {
  override readonly name = 'BodyError';
  readonly code: 'body_changed' | 'body_unreadable';

  constructor(message: string, options: { code: BodyError['code']; cause?: unknown }) {
    super(message, { cause: options.cause });
    this.code = options.code;
  }
}

/** The body as a stream for undici. Nothing is read before the socket asks for data. */
export function bodyStream(bytes: ByteBody): Readable {
  return Readable.from(checkSize(bytes));
}

/**
 * Throws if the body's length differs from its header: it would be cut, or run into the next
 * request.
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
