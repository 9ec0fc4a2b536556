import { expect, test } from 'vitest';
import { bucketIdentity } from '../../../src/s3/bucket-place.ts';
import { parseBucketUrl } from '../../../src/s3/bucket-url.ts';
import { problemsOf } from './job-problems.ts';

test.each([
  ['s3://shop-media', { bucket: 'shop-media', prefix: '' }],
  ['s3://shop-media/', { bucket: 'shop-media', prefix: '' }],
  ['s3://shop-media/products/', { bucket: 'shop-media', prefix: 'products/' }],
  ['s3://img.shop.example/a b/é', { bucket: 'img.shop.example', prefix: 'a b/é' }],
])('%s is a bucket and a prefix', (url, parsed) => {
  expect(parseBucketUrl(url)).toEqual(parsed);
});

test.each([
  ['url: https://shop-media.s3.amazonaws.com/', 'is not the URL of a bucket: write s3://'],
  ['url: shop-media', 'is not the URL of a bucket'],
  ['url: s3://AKIA:secret@shop-media/', 'has credentials in it'],
  ['url: s3://Shop_Media/', 'has "Shop_Media" as the name of a bucket'],
  ['url: s3://ab/', 'as the name of a bucket'],
  ['url: s3://192.168.0.1/', 'as the name of a bucket'],
  ['url: s3://a..b/', 'as the name of a bucket'],
  ['url: s3://base--usw2-az1--x-s3/', 'is a directory bucket'],
  ['url: "s3://shop-media/?versionId=1"', 'has a ? or #'],
  ['url: s3://shop-media/\n    endpoint: http://minio.example:9000', 'must begin with https'],
  [
    'url: s3://shop-media/\n    endpoint: https://key:secret@minio.example',
    'has credentials in it',
  ],
  ['url: s3://shop-media/\n    endpoint: minio.example', 'is not an endpoint such as https://'],
  ['url: s3://shop-media/\n    region: "EU West"', 'a region such as eu-west-1'],
  ['url: s3://shop-media/\n    publicUrl: https://img.shop.example', 'an address such as https://'],
  [
    'url: s3://shop-media/products\n    publicUrl: https://img.shop.example/',
    'publicUrl needs a prefix with a slash at its end: write `url: s3://shop-media/products/`',
  ],
  ['url: s3://shop-media/\n    onArchived: restore', 'fail or skip'],
])('%s is refused', (block, words) => {
  const problems = problemsOf({ bucket: block });
  expect(problems.join('\n')).toContain(words);
  expect(problems.join('\n')).not.toContain('secret@');
});

test.each([
  [
    'where: { mime: image/* }',
    'has mime, and the objects of a bucket have only size, name, modified',
  ],
  ['where: { unless: { tags: { any: [old] } } }', 'has tags, and the objects of a bucket'],
])('%s does not fit a bucket', (where, words) => {
  expect(problemsOf({ where }).join('\n')).toContain(words);
});

test('a filter by size, name and time of the last change fits a bucket', () => {
  const where =
    'where: { size: { max: 5GB }, modified: { after: 2024-01-01 }, any: [{ name: "*.jpg" }, { name: "*.png" }] }';
  expect(problemsOf({ where })).toEqual([]);
});

test.each([
  [
    'uses: store',
    'is store, which takes files of a project, but the source has objects of a bucket',
  ],
  ['uses: import-url\n    with: { urlLifetime: 8d }', 'is not from 1m to 7d'],
  ['uses: import-url\n    with: { map: { filename: title } }', 'maps the columns of a list'],
  [
    'uses: import-url\n    with: { cdn: https://abc.ucarecd.net }',
    'is only for files of another project',
  ],
  ['uses: import-url\n    with: { checkDuplicates: true }', 'is not for objects of a bucket'],
])('the step %s is refused', (step, words) => {
  expect(problemsOf({ step }).join('\n')).toContain(words);
});

test.each(['pathKey: path', 'urlLifetime: 2h'])(
  'the option %s is refused for URLs, because it would have no effect',
  (option) => {
    const problems = problemsOf({
      source: 'urls: { path: urls.csv }',
      step: `uses: import-url\n    with: { ${option} }`,
    });
    expect(problems.join('\n')).toContain('is only for objects of a bucket');
  },
);

test('the condition modified is only for objects', () => {
  const problems = problemsOf({
    source: 'files: {}',
    where: 'where: { modified: { newerThan: 1d } }',
    step: 'uses: store',
  });
  expect(problems.join('\n')).toContain('has modified, which only objects of a bucket have');
});

test('two servers may have a bucket of the same name', () => {
  const url = 's3://shop-media/products/';
  expect(bucketIdentity({ url })).toBe('s3://shop-media');
  const endpoint = 'https://minio.example/';
  expect(bucketIdentity({ url, endpoint })).toBe('https://minio.example/shop-media');
});

test.each([
  ['https://MINIO.example:443', 'https://minio.example/shop-media'],
  ['https://minio.example:9000/s3//', 'https://minio.example:9000/s3/shop-media'],
  ['https://s3.amazonaws.com', 's3://shop-media'],
  ['https://s3.eu-west-1.amazonaws.com/', 's3://shop-media'],
  ['https://s3-us-west-2.amazonaws.com', 's3://shop-media'],
  ['https://s3.dualstack.eu-west-1.amazonaws.com', 's3://shop-media'],
  ['https://s3.cn-north-1.amazonaws.com.cn', 'https://s3.cn-north-1.amazonaws.com.cn/shop-media'],
  ['https://s3.amazonaws.com.evil.example', 'https://s3.amazonaws.com.evil.example/shop-media'],
])('the endpoint %s identifies the bucket %s', (endpoint, identity) => {
  expect(bucketIdentity({ url: 's3://shop-media/', endpoint })).toBe(identity);
});

test.each([
  ['', 's3://shop-media/products/copies/', true],
  ['', 's3://shop-media/products/', true],
  ['match: "*.jpg"', 's3://shop-media/products/copies/', false],
  ['', 's3://shop-media/copies/', false],
  ['', 's3://attic/products/', false],
])('%s: copies to %s are refused: %s', (more, url, isRefused) => {
  const problems = problemsOf({
    bucket: `url: s3://shop-media/products/\n    ${more}`,
    step: `id: get\n    uses: import-url\n  - uses: copy-to-bucket\n    with: { url: "${url}", file: "\${{ steps.get.file }}" }`,
  });
  expect(problems.join('\n').includes('The next run would import them')).toBe(isRefused);
});
