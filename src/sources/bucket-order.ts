import { ClassifiedError } from '../core/failure.ts';
import { compareUtf8 } from '../core/utf8-order.ts';
import type { Bucket } from '../s3/bucket.ts';
import type { ListedObject, ObjectPage } from '../s3/list-answer.ts';

/**
 * Checks that a page of a bucket continues the listing: it is not empty if more pages follow, and its keys have the
 * prefix and come after the last key in the order of UTF-8 bytes. Otherwise the run could lose objects, or take some
 * twice or from outside of the prefix, so it must stop.
 */
export function checkOrder(
  { name: bucket, prefix }: Pick<Bucket, 'name' | 'prefix'>,
  { after, objects, isTruncated }: ObjectPage & { readonly after: string | null },
): void {
  if (isTruncated && objects.length === 0) {
    throw broken(bucket, 'says that more objects follow, but its page has none');
  }
  let last = after;
  for (const { key } of objects) {
    if (!key.startsWith(prefix)) {
      throw broken(bucket, `lists the key ${JSON.stringify(key)}, which is not below the prefix`);
    }
    const order = last === null ? -1 : compareUtf8(last, key);
    if (order === 0) throw broken(bucket, `lists the key ${JSON.stringify(key)} again`);
    if (order > 0) {
      throw broken(bucket, `lists the key ${JSON.stringify(key)} out of the order of UTF-8 bytes`);
    }
    last = key;
  }
}

/**
 * Lists the objects of a bucket in the order of their keys, from the first one. Calls `onPage` for each page. Rejects
 * with a `ClassifiedError` if the order is broken.
 */
export async function* listObjects(
  bucket: Pick<Bucket, 'name' | 'prefix' | 'listPage'>,
  { signal, onPage }: { readonly signal: AbortSignal; readonly onPage: () => void },
): AsyncGenerator<ListedObject> {
  let after: string | null = null;
  for (;;) {
    signal.throwIfAborted();
    const page: ObjectPage = await bucket.listPage(after, signal);
    onPage();
    checkOrder(bucket, { after, ...page });
    yield* page.objects;
    after = page.objects.at(-1)?.key ?? null;
    if (!page.isTruncated) return;
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
