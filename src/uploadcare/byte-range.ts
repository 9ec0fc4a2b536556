import type { ByteBody } from '../core/world.ts';

/** Reads bytes from an offset to the end, in chunks; called anew for every try. */
export type ReadFrom = (from: number) => AsyncIterable<Uint8Array>;

/** A stretch of something longer, in bytes: a part of an upload. */
export function byteRange(
  read: ReadFrom,
  { from, size }: { readonly from: number; readonly size: number },
): ByteBody {
  return { size, open: () => take(read(from), size) };
}

async function* take(chunks: AsyncIterable<Uint8Array>, size: number): AsyncGenerator<Uint8Array> {
  let left = size;
  if (left === 0) return;
  for await (const chunk of chunks) {
    yield chunk.length <= left ? chunk : chunk.subarray(0, left);
    left -= chunk.length;
    if (left <= 0) return;
  }
}
