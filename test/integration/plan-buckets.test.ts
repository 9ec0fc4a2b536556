// Tests src/run/plan-bucket-requests.ts: a plan foretells the requests that a storage bills.

import { expect, test } from 'vitest';
// A run loads this module when it needs it. Loaded before, it takes no simulated time.
import '../../src/s3/open-bucket.ts';
import { alive, type RunBench, runBench } from '../support/run-bench.ts';

const MIB = 1024 ** 2;
const PLACE = { endpoint: 'https://service.test/s3' };

/** The keys for the bucket, as a process has them in its environment. */
function withKeys({ emulator }: RunBench) {
  const { accessKeyId, secretAccessKey } = emulator.buckets.accessKey;
  return { env: { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } };
}

/** The requests that the bucket has got, as a plan names them. */
function received({ emulator }: RunBench) {
  const { list, head, get, put, uploadPart, createUpload, completeUpload } =
    emulator.buckets.requestCounts();
  return {
    LIST: list,
    HEAD: head,
    GET: get,
    PUT: put + uploadPart,
    POST: createUpload + completeUpload,
  };
}

/** Plans a job and runs it. Returns what the plan says, and what the bucket got from the run. */
async function planAndRun(bench: RunBench, job: object) {
  const plan = await bench.plan(job, withKeys(bench));
  const before = received(bench);
  const end = await alive(bench.start(job, withKeys(bench)));
  expect(end.counts).toMatchObject({ done: end.counts.total, failed: 0 });
  const after = received(bench);
  const sent = Object.entries(after).map(([kind, count]) => [
    kind,
    count - before[kind as keyof typeof before],
  ]);
  return { plan, sent: Object.fromEntries(sent.filter(([, count]) => count !== 0)) };
}

function objectBench(sizes: readonly number[]): RunBench {
  const bench = runBench({ buckets: { shop: {} }, s3Origin: 'https://service.test' });
  for (const [no, size] of sizes.entries()) {
    bench.emulator.buckets.put('shop', `a/${no}.txt`, { size });
  }
  return bench;
}

const FROM_BUCKET = { bucket: { url: 's3://shop/a/', ...PLACE } };

test('an import asks for each object once, and the service reads it once', async () => {
  const bench = objectBench([100, 3 * MIB]);
  const steps = [{ uses: 'import-url' }];
  const { plan } = await planAndRun(bench, { source: FROM_BUCKET, steps });
  expect(plan.bucketRequests).toEqual({ LIST: 1, HEAD: 2, GET: 2 });
  expect(plan.bytes).toEqual({ total: 100 + 3 * MIB, items: 2 });
  // The pages of a bucket are no requests to the service.
  expect(plan).toMatchObject({ pages: 1, listRequests: 0 });
});

test('an upload reads an object in pieces, whole or in parts', async () => {
  const bench = objectBench([100, 2.5 * MIB, 3 * MIB, 12 * MIB]);
  const steps = [{ uses: 'upload' }];
  const { plan, sent } = await planAndRun(bench, { source: FROM_BUCKET, steps });
  expect(plan.bucketRequests).toEqual({ LIST: 1, HEAD: 4, GET: 1 + 1 + 2 + 5 });
  expect(sent).toEqual(plan.bucketRequests);
});

test('a copy is one request, or one for each part and two more; a delete asks for each backup', async () => {
  const first = runBench({ buckets: { attic: {} }, fileSizeLimit: 100_000_000 });
  const [small, large] = [10, 20 * MIB].map(
    (size) => first.emulator.projects[0]!.addFile({ name: 'a.bin', size }).uuid,
  );
  const [project] = first.emulator.save().projects;
  const contents = {
    [small!]: Buffer.alloc(10).toString('base64'),
    [large!]: Buffer.alloc(20 * MIB, 'large file ').toString('base64'),
  };
  const load = { projects: [{ ...project!, contents }] };
  const bench = runBench({ buckets: { attic: {} }, fileSizeLimit: 100_000_000, load });
  const backup = { url: 's3://attic/d/', ...PLACE, cdn: 'https://service.test', sidecar: true };
  const steps = [{ uses: 'delete', with: { backup } }];
  const { plan, sent } = await planAndRun(bench, { source: { files: {} }, steps });
  // Two sidecars, one small object and three parts of 8 MiB.
  expect(plan.bucketRequests).toEqual({ HEAD: 2, PUT: 2 + 1 + 3, POST: 2 });
  expect(sent).toEqual(plan.bucketRequests);
});

test('a job without a bucket has no such requests', async () => {
  const bench = runBench({ files: 3 });
  const plan = await bench.plan({ source: { files: {} }, steps: [{ uses: 'store' }] });
  expect(plan.bucketRequests).toBeUndefined();
});

test('the plan of a later run says how many items earlier runs did', async () => {
  const bench = objectBench([100, 200, 300]);
  const steps = [{ id: 'import', uses: 'import-url' }];
  const job = { source: FROM_BUCKET, steps };
  expect((await bench.plan(job, withKeys(bench))).doneBefore).toEqual([]);
  await alive(bench.start(job, withKeys(bench)));
  const { buckets } = bench.emulator;
  buckets.put('shop', 'a/1.txt', { size: 201 });
  buckets.put('shop', 'a/3.txt', { size: 400 });
  const plan = await bench.plan(job, withKeys(bench));
  expect(plan).toMatchObject({ selected: 4, doneBefore: [{ step: 'import', items: 2 }] });
  const again = { ...job, steps: [{ ...steps[0], skipIfDone: false }] };
  expect((await bench.plan(again, withKeys(bench))).doneBefore).toEqual([]);
  const last = await alive(bench.start(job, withKeys(bench)));
  expect(last.counts).toMatchObject({ done: 2, skipped: 2 });
});

test('the plan of a paid step says how many files were paid before', async () => {
  const bench = runBench({ files: 0 });
  const file = () =>
    bench.emulator.projects[0]!.addFile({ mimeType: 'image/png', isImage: true }).uuid;
  const old = [file(), file()];
  const steps = [{ id: 'cut', uses: 'addon/remove_bg' }];
  await alive(bench.start({ source: { inline: old }, steps }));
  const plan = await bench.plan({ source: { inline: [...old, file()] }, steps });
  expect(plan.doneBefore).toEqual([{ step: 'cut', items: 2 }]);
});
