import { expect, test } from 'vitest';
import type { Where } from '../../../src/filters/where.ts';
import type { Bucket } from '../../../src/s3/bucket.ts';
import type { ListedObject } from '../../../src/s3/list-answer.ts';
import { bucketObjects } from '../../../src/sources/bucket-source.ts';

const signal = new AbortController().signal;
const DAY_MS = 86_400_000;

function object(key: string, more: Partial<ListedObject> = {}): ListedObject {
  return { key, size: 10, etag: 'abc', modifiedAt: 0, storageClass: null, ...more };
}

/** A source whose bucket answers with these pages, one after another. Notes the keys after which it is asked. */
function sourceOf(
  pages: readonly (readonly ListedObject[])[],
  { options = {}, where }: { options?: object; where?: Where } = {},
) {
  const asked: (string | null)[] = [];
  const bucket: Partial<Bucket> = {
    name: 's3://shop-media',
    prefix: 'photos/',
    async listPage(after) {
      const objects = pages[asked.length] ?? [];
      asked.push(after);
      return { objects, isTruncated: asked.length < pages.length };
    },
  };
  const given = bucketObjects.options.parse({ url: 's3://shop-media/photos/', ...options });
  const place = {
    openBucket: async () => bucket,
    where,
    now: { earliest: 100 * DAY_MS, latest: 100 * DAY_MS },
  };
  return { source: bucketObjects.create(given, place as never), asked };
}

async function keysOf(...given: Parameters<typeof sourceOf>) {
  const { source } = sourceOf(...given);
  const page = await source.readPage(null, signal);
  return [page.candidates.map(({ key }) => key), page.passedOver?.excluded ?? 0];
}

test('the next page begins after the last key, also if that object was left out', async () => {
  const pages = [
    [object('photos/a.jpg'), object('photos/b/', { size: 0 })],
    [object('photos/c.jpg')],
  ];
  const { source, asked } = sourceOf(pages);
  const first = await source.readPage(null, signal);
  expect(first).toMatchObject({ next: 'photos/b/', passedOver: { excluded: 1, links: 0 } });
  const second = await source.readPage(first.next, signal);
  expect(second).toMatchObject({ next: null, candidates: [{ key: 'photos/c.jpg' }] });
  expect(asked).toEqual([null, 'photos/b/']);
});

test('the details of an item are the facts of the listing', async () => {
  const { source } = sourceOf([
    [object('photos/a', { storageClass: 'DEEP_ARCHIVE', modifiedAt: 7 })],
  ]);
  const { candidates } = await source.readPage(null, signal);
  expect(candidates).toEqual([
    {
      key: 'photos/a',
      facts: null,
      details: { object: { size: 10, etag: 'abc', modifiedAt: 7, isArchived: true } },
    },
  ]);
});

test.each([
  ['a key again', [[object('photos/a')], [object('photos/a')]], 'lists the key "photos/a" again'],
  ['keys in another order', [[object('photos/b'), object('photos/a')]], 'out of the order'],
  // In UTF-16, the first of these keys comes after the second one.
  [
    'keys in the order of UTF-16',
    [[object('photos/\u{1f600}'), object('photos/\uffee')]],
    'out of',
  ],
  ['a key without the prefix', [[object('other/a')]], 'not below the prefix'],
  ['an empty page that is not the last', [[], [object('photos/a')]], 'its page has none'],
])('a bucket that lists %s stops the run', async (_, pages, words) => {
  const { source } = sourceOf(pages);
  const read = async () => {
    const { next } = await source.readPage(null, signal);
    await source.readPage(next, signal);
  };
  await expect(read()).rejects.toMatchObject({
    kind: 'fatal',
    fatalCause: 'service',
    message: expect.stringContaining(words),
  });
});

test('match compares the key below the prefix', async () => {
  const objects = [object('photos/2024/a.jpg'), object('photos/a.jpg'), object('photos/a.png')];
  expect(await keysOf([objects], { options: { match: '2024/*' } })).toEqual([
    ['photos/2024/a.jpg'],
    2,
  ]);
  expect(await keysOf([objects], { options: { match: ['*.jpg'] } })).toEqual([
    ['photos/2024/a.jpg', 'photos/a.jpg'],
    1,
  ]);
});

test('archived objects become items, or are left out', async () => {
  const objects = [object('photos/a', { storageClass: 'GLACIER' }), object('photos/b')];
  expect(await keysOf([objects])).toEqual([['photos/a', 'photos/b'], 0]);
  expect(await keysOf([objects], { options: { onArchived: 'skip' } })).toEqual([['photos/b'], 1]);
});

test.each<[string, Where, string[]]>([
  ['size', { size: { min: 5, max: 10 } }, ['photos/b.jpg']],
  ['name', { name: ['*.PNG'] }, ['photos/c.png']],
  ['time', { modified: { newerThan: 10 * DAY_MS } }, ['photos/c.png']],
  ['time before', { modified: { before: 50 * DAY_MS } }, ['photos/a.jpg', 'photos/b.jpg']],
  ['any', { any: [{ size: { max: 1 } }, { name: ['*.png'] }] }, ['photos/a.jpg', 'photos/c.png']],
  ['unless', { unless: { size: { max: 10 } } }, ['photos/c.png']],
])('where selects by %s', async (_, where, keys) => {
  const objects = [
    object('photos/a.jpg', { size: 1 }),
    object('photos/b.jpg'),
    object('photos/c.png', { size: 100, modifiedAt: 95 * DAY_MS }),
  ];
  expect((await keysOf([objects], { where }))[0]).toEqual(keys);
});
