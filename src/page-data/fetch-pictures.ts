import { parseUrl } from '../core/parse-url.ts';
import type { World } from '../core/world.ts';
import type { ItemEntry } from './shapes.ts';

/** How many pictures are fetched at the same time. */
const AT_ONCE = 4;
const DEADLINE_MS = 10_000;
/** A larger picture is not small: the CDN did not scale it down. */
const MAX_PICTURE_BYTES = 200_000;
const PREVIEW = /-\/preview\/\d+x\d+\/$/;
const SMALL = '-/preview/200x200/';

/** Small pictures as `data:` URLs, by their URLs on the CDN; null for a picture that could not be fetched. */
export type FetchedPictures = Readonly<Record<string, string | null>>;

/** The URLs of the pictures of the first `count` items that have any; items with a result come first. */
export function pictureUrls(items: readonly ItemEntry[], count: number): string[] {
  const pictured = items.filter(({ before, after }) => before !== null || after !== null);
  const made = pictured.filter(({ after }) => after !== null);
  const others = pictured.filter(({ after }) => after === null);
  const urls = [...made, ...others].slice(0, count).flatMap(({ before, after }) => [before, after]);
  return [...new Set(urls.filter((url) => url !== null))];
}

/**
 * Fetches small pictures, until they need `maxBytes` together. Pictures that are not in the result were left out.
 * A failure of one picture never throws.
 */
export async function fetchPictures(
  urls: readonly string[],
  { http, signal, maxBytes }: Pick<World, 'http'> & { signal: AbortSignal; maxBytes: number },
): Promise<FetchedPictures> {
  const pictures: Record<string, string | null> = {};
  let room = maxBytes;
  for (let first = 0; first < urls.length; first += AT_ONCE) {
    const some = urls.slice(first, first + AT_ONCE);
    const fetched = await Promise.all(some.map((url) => fetchPicture(url, { http, signal })));
    signal.throwIfAborted();
    for (const [index, url] of some.entries()) {
      const picture = fetched[index] ?? null;
      room -= url.length + (picture?.length ?? 0) + 16;
      if (room < 0) return pictures;
      pictures[url] = picture;
    }
  }
  return pictures;
}

async function fetchPicture(
  url: string,
  { http, signal }: Pick<World, 'http'> & { signal: AbortSignal },
): Promise<string | null> {
  const parsed = parseUrl(url.replace(PREVIEW, SMALL));
  if (parsed === null) return null;
  try {
    const { status, headers, bytes } = await http({
      method: 'GET',
      origin: parsed.origin,
      target: parsed.pathname,
      headers: {},
      body: null,
      deadlineMs: DEADLINE_MS,
      maxBytes: MAX_PICTURE_BYTES,
      signal,
      mayStart: () => true,
    });
    const type = /^image\/[a-z0-9.+-]+/i.exec(headers['content-type'] ?? '')?.[0];
    if (status !== 200 || type === undefined || bytes === undefined) return null;
    return `data:${type};base64,${bytes.toString('base64')}`;
  } catch {
    // The report shows a placeholder.
    return null;
  }
}
