import { createHash } from 'node:crypto';
import { expect, onTestFinished, test } from 'vitest';
import type { RunId } from '../../src/core/run.ts';
import { RunStop } from '../../src/engine/run-stop.ts';
import { ScratchEffects } from '../../src/ledger/scratch-effects.ts';
import { BucketComparison } from '../../src/run/bucket-comparison.ts';
import { compareCopies } from '../../src/run/compare-copies.ts';
import type { ObjectDifference } from '../../src/run/object-difference.ts';
import { createStorages } from '../../src/run/open-buckets.ts';
// A run loads this module when it needs it. Loaded before, it takes no simulated time.
import '../../src/s3/open-bucket.ts';
import { alive, type RunBench, runBench } from '../support/run-bench.ts';
import { verifyBenchRun } from '../support/verify-bench-run.ts';

const BUCKET = 'attic';
const ENV = {
  AWS_ACCESS_KEY_ID: 'EMULATORACCESSKEYID0',
  AWS_SECRET_ACCESS_KEY: 'emulator-secret-access-key',
};
const PLACE = { url: `s3://${BUCKET}/old/`, endpoint: 'https://service.test/s3' };
const md5 = (text: string) => createHash('md5').update(text).digest('hex');

async function copied(options: object = {}, more: object[] = []): Promise<RunBench> {
  const bench = runBench({ buckets: { [BUCKET]: {} }, files: 12 });
  const step = {
    uses: 'copy-to-bucket',
    with: { ...PLACE, cdn: 'https://service.test', ...options },
  };
  const job = { source: { files: {} }, steps: [step, ...more] };
  const end = await alive(bench.start(job, { env: ENV }));
  expect(end.counts).toMatchObject({ done: 12 });
  return bench;
}

const verify = (bench: RunBench) => verifyBenchRun(bench, 'run-1' as RunId, { env: ENV });

test('copies that are as the run wrote them are verified by their size and MD5', async () => {
  const bench = await copied();
  const { result, objects } = await verify(bench);
  expect(objects).toEqual([]);
  expect(result).toMatchObject({
    verified: 12,
    different: 0,
    notVerified: 0,
    pages: 1,
    requests: 1,
  });
  expect(result.steps).toMatchObject([{ done: 12, verified: 12, different: 0 }]);
  expect(result.buckets).toMatchObject([
    { url: 's3://attic/old/', role: 'copies', objects: 12, verified: 12, sizeOnly: 0 },
  ]);
});

test('sidecars belong to the run, and a later delete of the file does not matter', async () => {
  const bench = await copied({ sidecar: true }, [{ uses: 'delete' }]);
  const right = await verify(bench);
  expect(right.objects).toEqual([]);
  expect(right.result).toMatchObject({ verified: 12, buckets: [{ objects: 24, verified: 24 }] });
  const sidecar = [...bench.emulator.buckets.list(BUCKET)].find(({ key }) =>
    key.endsWith('.json'),
  )!;
  bench.emulator.buckets.remove(BUCKET, sidecar.key);
  expect((await verify(bench)).objects).toMatchObject([{ key: sidecar.key, fault: 'missing' }]);
});

test('20,000 copies: each planted fault is found, none is invented, with 20 requests', async () => {
  const bench = runBench({ buckets: { [BUCKET]: {} } });
  const { buckets } = bench.emulator;
  const effects = ScratchEffects.open();
  onTestFinished(() => effects.close());
  const uuids = Array.from({ length: 20_000 }, (_, no) => {
    // Not in the order of the keys.
    const digits = ((no * 7919) % 20_000).toString(16).padStart(8, '0');
    return `${digits}-0000-4000-8000-000000000000`;
  });
  const keys = uuids.map((uuid) => `old/${uuid}/a.txt`);
  effects.add(
    uuids.map((file, seq) => {
      const expected = JSON.stringify({ size: 20, md5: seq % 10 === 0 ? null : md5(String(seq)) });
      return { project: 1, file, key: keys[seq]!, seq, step: 0, expected };
    }),
  );
  for (const [seq, key] of keys.entries()) {
    // Every tenth object was sent in parts.
    const etag = seq % 10 === 0 ? `${md5(key)}-2` : md5(String(seq));
    buckets.put(BUCKET, key, { size: 20, etag });
  }
  const planted = new Map<string, string>();
  const plant = (key: string, fault: string, change: (key: string) => void) => {
    planted.set(key, fault);
    change(key);
  };
  for (let no = 1; no <= 5; no += 1) {
    const at = (place: number) => keys[no * 3001 + place]!;
    plant(at(1), 'missing', (key) => buckets.remove(BUCKET, key));
    plant(at(2), 'changed', (key) => buckets.put(BUCKET, key, { size: 21 }));
    plant(at(3), 'changed', (key) => buckets.put(BUCKET, key, { size: 20, etag: md5('other') }));
    plant(at(4).replace('a.txt', 'b.txt'), 'double', (key) => buckets.put(BUCKET, key, 'x'));
  }
  // As many foreign objects as fit on the 20 pages.
  buckets.remove(BUCKET, keys[11]!);
  for (const key of [6, 7, 8, 9, 12].map((place) => keys[place]!)) buckets.remove(BUCKET, key);
  for (const key of [11, 6, 7, 8, 9, 12].map((place) => keys[place]!)) planted.set(key, 'missing');
  for (const name of ['0', 'é.jpg', 'z😀']) {
    plant(`old/${name}`, 'foreign', (key) => buckets.put(BUCKET, key, 'x'));
  }
  const found: ObjectDifference[] = [];
  const settled = { right: 0, wrong: 0 };
  const traffic = { pages: 0, requests: 0 };
  const comparison = await bench.live({ env: ENV }, async (context) => {
    const runStop = new RunStop();
    const { openBucket } = createStorages({ context, runStop }, null);
    const parts = {
      signal: runStop.signal,
      traffic,
      onDifference: (difference: ObjectDifference) => void found.push(difference),
    };
    const one = new BucketComparison(await openBucket(PLACE), parts);
    const copies = {
      index: 1,
      steps: [0],
      findOthers: () => new Map(),
      keyOf: (seq: number) => uuids[seq]!,
      stepId: () => 'copy',
      settle: (_effect: object, isRight: boolean) => {
        settled[isRight ? 'right' : 'wrong'] += 1;
      },
    };
    await compareCopies(effects, copies, one);
    return one;
  });
  expect(new Map(found.map(({ key, fault }) => [key, fault]))).toEqual(planted);
  expect(found).toHaveLength(planted.size);
  const wrong = [...planted.values()].filter((fault) => /missing|changed/.test(fault)).length;
  expect(settled).toEqual({ right: 20_000 - wrong, wrong });
  expect(traffic).toEqual({ pages: 20, requests: 20 + wrong });
  const sizeOnly = keys.filter((key, seq) => seq % 10 === 0 && !planted.has(key)).length;
  expect(comparison?.result('copies')).toMatchObject({ verified: 20_000 - wrong, sizeOnly });
});
