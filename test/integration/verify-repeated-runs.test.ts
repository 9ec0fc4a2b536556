// Tests `verify` of a run that skipped what earlier runs had done: src/run/collect-effects.ts and src/run/other-results.ts.

import { expect, test } from 'vitest';
// A run loads this module when it needs it. Loaded before, it takes no simulated time.
import '../../src/s3/open-bucket.ts';
import { alive, type RunBench, runBench } from '../support/run-bench.ts';
import { verifyBenchRun } from '../support/verify-bench-run.ts';

const BUCKET = 'attic';
const PLACE = { url: `s3://${BUCKET}/old/`, endpoint: 'https://service.test/s3' };
const BACKUP = {
  source: { files: {} },
  steps: [
    {
      uses: 'copy-to-bucket',
      with: { ...PLACE, cdn: 'https://service.test', sidecar: true },
      skipIfDone: true,
    },
  ],
};

/** The keys for the bucket, as a process has them in its environment. */
function withKeys({ emulator }: RunBench) {
  const { accessKeyId, secretAccessKey } = emulator.buckets.accessKey;
  return { env: { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } };
}

function run(bench: RunBench, job: object) {
  return alive(bench.start(job, withKeys(bench)));
}

const addFile = ({ emulator }: RunBench, name: string) =>
  emulator.projects[0]!.addFile({ name, size: 10 }).uuid;

test('the copies of all runs of a nightly backup belong to the last run', async () => {
  const bench = runBench({ buckets: { [BUCKET]: {} } });
  const first = ['a.txt', 'b.txt', 'c.txt'].map((name) => addFile(bench, name));
  await run(bench, BACKUP);
  await run(bench, { source: { inline: [first[2]] }, steps: [{ uses: 'delete' }] });
  const added = addFile(bench, 'd.txt');
  const last = await run(bench, BACKUP);
  expect(last.counts).toMatchObject({ done: 1, skipped: 2 });

  const { result, objects } = await verifyBenchRun(bench, last.run, withKeys(bench));
  expect(objects).toEqual([]);
  expect(result).toMatchObject({ verified: 3, different: 0 });
  expect(result.steps).toMatchObject([{ done: 1, doneBefore: 2, verified: 6 }]);
  // The copy of the deleted file and its sidecar are those of the first run.
  expect(result.buckets).toMatchObject([{ objects: 8, verified: 6, others: 2 }]);

  const { buckets } = bench.emulator;
  buckets.remove(BUCKET, `old/${first[0]}/a.txt`);
  buckets.put(BUCKET, `old/${first[1]}/b.txt`, 'other text');
  buckets.put(BUCKET, `old/${first[2]}/again.txt`, 'x');
  buckets.put(BUCKET, `old/${added}/again.txt`, 'x');
  const changed = await verifyBenchRun(bench, last.run, withKeys(bench));
  expect(new Map(changed.objects.map(({ key, fault }) => [key, fault]))).toEqual(
    new Map([
      [`old/${first[0]}/a.txt`, 'missing'],
      [`old/${first[1]}/b.txt`, 'changed'],
      [`old/${first[2]}/again.txt`, 'foreign'],
      [`old/${added}/again.txt`, 'double'],
    ]),
  );
});

test('without skipIfDone, the copies of another run are foreign', async () => {
  const bench = runBench({ buckets: { [BUCKET]: {} } });
  const [gone] = ['a.txt', 'b.txt'].map((name) => addFile(bench, name));
  const job = { ...BACKUP, steps: [{ ...BACKUP.steps[0], skipIfDone: false }] };
  await run(bench, job);
  await run(bench, { source: { inline: [gone] }, steps: [{ uses: 'delete' }] });
  const last = await run(bench, job);
  const { objects } = await verifyBenchRun(bench, last.run, withKeys(bench));
  expect(objects.map(({ key, fault }) => [key, fault])).toEqual([
    [`old/${gone}/a.txt`, 'foreign'],
    [`old/${gone}/a.txt.json`, 'foreign'],
  ]);
});

test('a later run of an import checks that the files of earlier runs still exist', async () => {
  const bench = runBench({ buckets: { [BUCKET]: {} }, s3Origin: 'https://service.test' });
  const { buckets } = bench.emulator;
  for (const name of ['a', 'b']) buckets.put(BUCKET, `old/${name}.txt`, `text of ${name}`);
  const job = { source: { bucket: PLACE }, steps: [{ uses: 'import-url' }] };
  await run(bench, job);
  buckets.put(BUCKET, 'old/c.txt', 'text of c');
  const last = await run(bench, job);
  expect(last.counts).toMatchObject({ done: 1, skipped: 2 });
  const right = await verifyBenchRun(bench, last.run, withKeys(bench));
  expect(right.result).toMatchObject({ verified: 3, different: 0, buckets: [{ verified: 3 }] });

  const lost = bench.items(last.run)[0]!.result!['file'];
  await run(bench, { source: { inline: [lost] }, steps: [{ uses: 'delete' }] });
  const { differences } = await verifyBenchRun(bench, last.run, withKeys(bench));
  expect(differences).toMatchObject([
    { item: 'old/a.txt', file: lost, differences: ['the file does not exist'] },
  ]);
});
