import { ClassifiedError } from '../core/failure.ts';
import type { ObjectPage } from '../s3/list-answer.ts';

/**
 * Checks that a page of a bucket continues the listing: it is not empty if more pages follow, and its keys come after
 * the last key in the order of UTF-8 bytes. Otherwise objects could be lost or listed twice, so the run must stop.
 */
export function checkOrder(
  bucket: string,
  { after, objects, isTruncated }: ObjectPage & { readonly after: string | null },
): void {
  if (isTruncated && objects.length === 0) {
    throw broken(bucket, 'says that more objects follow, but its page has none');
  }
  let last = after === null ? null : Buffer.from(after);
  for (const { key } of objects) {
    const bytes = Buffer.from(key);
    const order = last === null ? -1 : Buffer.compare(last, bytes);
    if (order === 0) throw broken(bucket, `lists the key ${JSON.stringify(key)} again`);
    if (order > 0) {
      throw broken(bucket, `lists the key ${JSON.stringify(key)} out of the order of UTF-8 bytes`);
    }
    last = bytes;
  }
}

function broken(bucket: string, what: string): ClassifiedError {
  return new ClassifiedError({
    kind: 'fatal',
    effect: 'none',
    code: 'broken_listing',
    message: `The server of ${bucket} ${what}. ucbulk can't know whether the list is complete, so the run stops. Tell the provider of the bucket`,
    fatalCause: 'service',
  });
}
