import { Readable } from 'node:stream';
import { errorMessage } from '../core/error-message.ts';
import { ClassifiedError } from '../core/failure.ts';
import type { ByteBody } from '../core/world.ts';

/** Why a body could not be sent whole; `code` is a `WireError`'s. */
class BodyError extends Error {
  override readonly name = 'BodyError';
  readonly code: 'body_changed' | 'body_unreadable';

  constructor(message: string, options: { code: BodyError['code']; cause?: unknown }) {
    super(message, { cause: options.cause });
    this.code = options.code;
  }
}

/** The body as undici takes it; nothing is read before the socket asks. */
export function bodyStream(bytes: ByteBody): Readable {
  return Readable.from(exactly(bytes));
}

/** A body of another length than its header says would be cut, or run into the next request. */
async function* exactly({ size, open }: ByteBody): AsyncGenerator<Uint8Array> {
  let sent = 0;
  for await (const chunk of readable(open())) {
    sent += chunk.length;
    if (sent > size) throw changed(size, 'more');
    yield chunk;
  }
  if (sent < size) throw changed(size, 'fewer');
}

async function* readable(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* chunks;
  } catch (cause) {
    const why = errorMessage(cause);
    const hasChanged = cause instanceof ClassifiedError && cause.code === 'body_changed';
    throw new BodyError(why, { code: hasChanged ? 'body_changed' : 'body_unreadable', cause });
  }
}

function changed(size: number, how: string): BodyError {
  return new BodyError(`${how} than the ${size} bytes there were before`, { code: 'body_changed' });
}
