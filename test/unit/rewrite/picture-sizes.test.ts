// Tests src/report/picture-sizes.ts in documents: `ucbulk rewrite --sizes wordpress`.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { rewriteDocuments } from '../../../src/rewrite/rewrite-documents.ts';
import { uuidOf } from '../../support/file-json.ts';
import { movedRun } from '../../support/moved-run.ts';
import { tempDirectory } from '../../support/temp-ledger.ts';
import { rewriteText } from './rewrite-text.ts';

const fileAt = (place: number) => `https://ucarecdn.com/${uuidOf(place)}/`;
const crop = (place: number, size: string) => `${fileAt(place)}-/scale_crop/${size}/center/`;
const scaled = (place: number) => `${fileAt(place)}-/preview/2560x2560/`;

const PHOTO = 'https://shop.test/a/photo.jpg';
const OWN_SIZE = 'https://shop.test/a/photo-1024x768.jpg';
const BIG = 'https://shop.test/a/big-scaled.jpg';
const COPY = 'https://shop.test/a/copy.jpg';
const URLS = {
  [PHOTO]: fileAt(1),
  [OWN_SIZE]: fileAt(2),
  [BIG]: fileAt(3),
  [COPY]: 'https://bucket.s3.amazonaws.com/copy.jpg',
};
const SIZES = { urls: URLS, sizes: 'wordpress' } as const;
const sized = (url: string, size: string) => url.replace(/(?=\.jpg$)/, `-${size}`);

test('smaller versions become operations of the CDN, in each form of a URL', () => {
  const [old, next] = [sized(PHOTO, '300x200'), crop(1, '300x200')];
  const cases = [
    [old, next],
    [sized(PHOTO, 'scaled'), scaled(1)],
    [sized('https://shop.test/a/big.jpg', '9x9'), crop(3, '9x9')],
    [`"${old.slice(6)}"`, `"${next.slice(6)}"`],
    [old.replace('https', 'http'), next],
    [old.replaceAll('/', '\\/'), next.replaceAll('/', '\\/')],
    [encodeURIComponent(old), encodeURIComponent(next)],
    [`url(${old})`, `url(${next})`],
    [`![a](${old}).`, `![a](${next}).`],
  ];
  for (const [text = '', wanted] of cases) {
    expect(rewriteText(text, SIZES).text).toBe(wanted);
    expect(rewriteText(wanted ?? '', SIZES)).toMatchObject({ text: wanted, replaced: 0 });
  }
});

test('a srcset stays one, and a version with a file of its own leads to it', () => {
  const pairs = [
    [sized(PHOTO, '300x200'), crop(1, '300x200')],
    [OWN_SIZE, fileAt(2)],
    [sized(PHOTO, 'scaled'), scaled(1)],
    [PHOTO, fileAt(1)],
  ] as const;
  for (const separator of [', ', ',']) {
    const srcset = (at: 0 | 1) =>
      pairs.map((pair, place) => `${pair[at]} ${place + 1}00w`).join(separator);
    const page = (at: 0 | 1) => `<img srcset="${srcset(at)}" src="${pairs[0][at]}">`;
    const result = { text: page(1), replaced: 5, sized: 0 };
    expect(rewriteText(page(0), SIZES)).toMatchObject(result);
    expect(rewriteText(page(0), SIZES, [7, 40, 3, 60])).toMatchObject(result);
  }
});

test('other sized pictures stay, and are counted', () => {
  const texts = [
    `${PHOTO}?w=300`,
    `${sized(PHOTO, '300x200')}?v=1`,
    sized(PHOTO, 'rotated'),
    sized(PHOTO, 'e1600000000000-300x200'),
    sized(PHOTO, '3000x4000'),
    sized(PHOTO, '0x0'),
    sized(PHOTO, 'SCALED'),
    sized(COPY, '300x200'),
  ];
  const text = texts.join(' ');
  expect(rewriteText(text, SIZES)).toMatchObject({ text, replaced: 0, sized: texts.length });
  const unknown = 'https://shop.test/a/other-300x200.jpg https://other.test/a/photo-300x200.jpg';
  expect(rewriteText(unknown, SIZES)).toMatchObject({ text: unknown, replaced: 0, sized: 0 });
  const plain = sized(PHOTO, '300x200');
  expect(rewriteText(plain, { urls: URLS })).toMatchObject({ text: plain, sized: 1 });
});

test('in a document, lengths of PHP texts are corrected, and the way back restores each name', async () => {
  const run = movedRun(
    ['import-url'],
    Object.keys(URLS).map((key, place) => ({ key, results: [{ file: uuidOf(place + 1) }] })),
  );
  const path = join(tempDirectory(), 'dump.sql');
  const php = (url: string) => `s:${url.length}:"${url}";`;
  const page = (urls: readonly string[]) => urls.map((url) => `${php(url)}\n<img src="${url}">`);
  const before = page([sized(PHOTO, '300x200'), sized(PHOTO, 'scaled'), PHOTO, OWN_SIZE, BIG]);
  const small = page(['https://shop.test/a/big-9x9.jpg']);
  const after = page([crop(1, '300x200'), scaled(1), fileAt(1), fileAt(2), fileAt(3)]);
  const rewrite = async (sizes: 'wordpress' | undefined, reverse: boolean) => {
    const documents = rewriteDocuments(run, {
      paths: [path],
      oldHosts: [],
      newHost: null,
      bucketUrl: undefined,
      to: undefined,
      bareUuids: false,
      sizes,
      reverse,
      dryRun: false,
      backup: null,
      newId: () => 'id',
      signal: new AbortController().signal,
      onMap: () => undefined,
    });
    const results = [];
    for await (const one of documents) results.push(one);
    return results[0];
  };
  const all = [...before, ...small].join('\n');
  writeFileSync(path, all);
  expect(await rewrite('wordpress', false)).toMatchObject({ state: 'rewritten', replaced: 12 });
  const changed = [...after, ...page([crop(3, '9x9')])].join('\n');
  expect(readFileSync(path, 'utf8')).toBe(changed);
  expect(await rewrite('wordpress', true)).toMatchObject({ state: 'rewritten', kept: 0 });
  expect(readFileSync(path, 'utf8')).toBe(all);

  const other = [
    `${crop(1, '9x9')}-/format/auto/`,
    `${crop(1, '9x9')}photo.jpg`,
    `${fileAt(1)}-/scale_crop/9x9/`,
    `${fileAt(1)}-/preview/100x100/`,
  ].join(' ');
  writeFileSync(path, other);
  expect(await rewrite('wordpress', true)).toMatchObject({ state: 'unchanged', kept: 4 });
  writeFileSync(path, crop(1, '9x9'));
  expect(await rewrite(undefined, true)).toMatchObject({ state: 'unchanged', kept: 1 });
});
