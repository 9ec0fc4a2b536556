import { expect, test } from 'vitest';
import type { RunId } from '../../src/core/run.ts';
// A run loads this module when it needs it. Loaded before, it takes no simulated time.
import '../../src/s3/open-bucket.ts';
import { alive, type RunBench, runBench } from '../support/run-bench.ts';
import { verifyBenchRun } from '../support/verify-bench-run.ts';

const BUCKET = 'shop-media';

/** A bench whose emulator has a bucket of generated objects below `products/`. */
function bucketBench(count: number) {
  const objects = { count, prefix: 'products/' };
  return runBench({ buckets: { [BUCKET]: { objects } }, s3Origin: 'https://service.test' });
}

/** The keys for the bucket, as a process has them in its environment. */
function withKeys({ emulator }: RunBench) {
  const { accessKeyId, secretAccessKey } = emulator.buckets.accessKey;
  return { env: { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } };
}

function sourceOf(options: object = {}) {
  const url = `s3://${BUCKET}/products/`;
  return { bucket: { url, endpoint: 'https://service.test/s3', ...options } };
}

function run(bench: RunBench, job: object = {}) {
  const steps = [{ uses: 'import-url' }];
  return alive(bench.start({ source: sourceOf(), steps, ...job }, withKeys(bench)));
}

const verify = (bench: RunBench, changes: object = {}, id = 'run-1' as RunId) =>
  verifyBenchRun(bench, id, { ...withKeys(bench), ...changes });

/** Key and fault of each difference, in the order of the keys. */
const faultsOf = ({ objects }: Awaited<ReturnType<typeof verify>>) =>
  objects.map(({ key, fault }) => [key, fault]);

const key = (no: number, ending: string) =>
  `products/000000/${String(no).padStart(9, '0')}.${ending}`;

test.each(['import-url', 'upload'])(
  '%s from a bucket that did not change: every object and every file is verified',
  async (uses) => {
    const bench = bucketBench(0);
    const put = (name: string, text: string) => bench.emulator.buckets.put(BUCKET, name, text);
    for (let no = 0; no < 30; no += 1) put(key(no, 'txt'), `the text of object ${no}`);
    put('products/folder/', '');
    put('others/a.jpg', 'outside of the prefix');
    expect(await run(bench, { steps: [{ uses }] })).toMatchObject({ counts: { done: 30 } });
    const { result, differences, objects } = await verify(bench);
    expect([...differences, ...objects]).toEqual([]);
    expect(result).toMatchObject({ verified: 30, different: 0, pages: 2, requests: 2 });
    expect(result.buckets).toEqual([
      {
        url: 's3://shop-media/products/',
        role: 'source',
        objects: 31,
        verified: 30,
        sizeOnly: 0,
        others: 0,
        faults: { missing: 0, changed: 0, foreign: 0, double: 0 },
      },
    ]);
  },
);

test('a file with another size than its object is named', async () => {
  const bench = bucketBench(6);
  await run(bench);
  const [, second] = bench.items('run-1' as RunId);
  bench.changeFile = (file) => {
    if (file['uuid'] === second?.result?.['file']) file['size'] = 7;
  };
  const { result, differences } = await verify(bench);
  expect(result).toMatchObject({ verified: 5, different: 1 });
  expect(differences).toMatchObject([
    {
      item: second?.key,
      differences: [expect.stringMatching(/^the file has 7 bytes, and not \d+$/)],
    },
  ]);
});

test('objects that are gone, changed and new since the run are named, and no others', async () => {
  const bench = bucketBench(40);
  const { buckets } = bench.emulator;
  await run(bench);
  const keys = [...buckets.list(BUCKET)].map((object) => object.key);
  const [gone = '', changed = ''] = [keys[3], keys[17]];
  buckets.remove(BUCKET, gone);
  const { size } = buckets.find(BUCKET, changed)!;
  buckets.put(BUCKET, changed, { size, etag: '0'.repeat(32) });
  // U+FFEE comes before the emoji in UTF-8, and after it in UTF-16.
  const added = ['products/000000/0.jpg', 'products/z\uffee.jpg', 'products/z😀.jpg'];
  for (const one of [...added].reverse()) buckets.put(BUCKET, one, 'new');
  const verified = await verify(bench);
  expect(faultsOf(verified)).toEqual([
    [added[0], 'foreign'],
    [gone, 'missing'],
    [changed, 'changed'],
    [added[1], 'foreign'],
    [added[2], 'foreign'],
  ]);
  expect(verified.result).toMatchObject({ verified: 40, different: 0, requests: 1 + 1 + 2 });
  expect(verified.result.buckets).toMatchObject([
    { objects: 42, verified: 38, faults: { missing: 1, changed: 1, foreign: 3 } },
  ]);
});

test('an object that the listing does not show yet is read alone', async () => {
  const bench = bucketBench(5);
  await run(bench);
  const [, second] = bench.items('run-1' as RunId);
  const late = /<Key>products[^<]+000000001\.\w+<\/Key>/;
  expect(second?.key).toContain('000000001');
  const handle = bench.emulator.handle.bind(bench.emulator);
  bench.emulator.handle = (request) => {
    const answer = handle(request);
    const text = String(answer.body);
    if (!late.test(text)) return answer;
    const contents = text.split('<Contents>').filter((part) => !late.test(part));
    return { ...answer, body: Buffer.from(contents.join('<Contents>')) };
  };
  const verified = await verify(bench);
  expect(verified.objects).toEqual([]);
  expect(verified.result.buckets).toMatchObject([{ objects: 4, verified: 5 }]);
});

test('objects that the job does not select are not foreign', async () => {
  const bench = bucketBench(30);
  const where = { size: { min: 6000 }, sample: '60%' };
  const source = sourceOf({ match: '*/*.jpg', onArchived: 'skip' });
  const { counts } = await run(bench, { where, source });
  bench.emulator.buckets.put(BUCKET, 'products/z/a.jpg', { size: 9000, storageClass: 'GLACIER' });
  expect(counts.done).toBeGreaterThan(0);
  expect(counts.done).toBeLessThan(15);
  const verified = await verify(bench);
  expect(verified.objects).toEqual([]);
  expect(verified.result.buckets).toMatchObject([{ objects: 31, verified: counts.done }]);
});

test('an object that no longer matches the job is compared by its version', async () => {
  const bench = bucketBench(8);
  await run(bench, { where: { size: { min: 500 } } });
  const [first] = bench.items('run-1' as RunId);
  bench.emulator.buckets.put(BUCKET, first?.key ?? '', 'short');
  expect(faultsOf(await verify(bench))).toEqual([[first?.key, 'changed']]);
});

test('objects after the end of a partial run are not foreign, and are not listed', async () => {
  const bench = bucketBench(3500);
  await run(bench, { limits: { items: 20 } });
  bench.emulator.buckets.put(BUCKET, 'products/000000/000000003.a', 'new');
  const verified = await verify(bench);
  expect(faultsOf(verified)).toEqual([['products/000000/000000003.a', 'foreign']]);
  expect(verified.result).toMatchObject({ pages: 2, buckets: [{ verified: 20 }] });
});

test('items that failed are not compared with the bucket', async () => {
  const bench = bucketBench(4);
  const { buckets } = bench.emulator;
  const archived = key(9, 'jpg');
  buckets.put(BUCKET, archived, { storageClass: 'GLACIER' });
  expect(await run(bench)).toMatchObject({ counts: { done: 4, failed: 1 } });
  buckets.remove(BUCKET, archived);
  const { result, objects } = await verify(bench);
  expect(objects).toEqual([]);
  expect(result.buckets).toMatchObject([{ objects: 4, verified: 4 }]);
});

test('a delta run is compared with all objects, also with those of earlier runs', async () => {
  const bench = bucketBench(10);
  await run(bench);
  bench.emulator.buckets.put(BUCKET, 'products/new.jpg', 'new');
  expect(await run(bench)).toMatchObject({ counts: { done: 1, skipped: 10 } });
  const earlier = [...bench.emulator.buckets.list(BUCKET)][2]!;
  expect((await verify(bench, {}, 'run-2' as RunId)).result.buckets).toMatchObject([
    { objects: 11, verified: 11 },
  ]);
  bench.emulator.buckets.remove(BUCKET, earlier.key);
  expect(faultsOf(await verify(bench, {}, 'run-2' as RunId))).toEqual([[earlier.key, 'missing']]);
});

test('without buckets, only the project is compared, and no key of the bucket is needed', async () => {
  const bench = bucketBench(5);
  await run(bench);
  const verified = await verifyBenchRun(bench, 'run-1' as RunId, { buckets: false });
  expect(verified.result).toMatchObject({ verified: 5, requests: 1, buckets: [] });
});
