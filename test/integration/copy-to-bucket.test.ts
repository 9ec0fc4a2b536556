// Tests src/operations/copy-to-bucket-operation.ts and src/run/read-originals.ts.

import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { exitCodeForEnd } from '../../src/cli/exit-code.ts';
// The program loads it when a job needs it. Loading takes real time, which simulated time does not wait for.
import '../../src/s3/open-bucket.ts';
import { moves, noMoveCounts } from '../../src/report/moves.ts';
import { readReportedRun } from '../../src/state/read-reported-run.ts';
import { createSystemWorld } from '../../src/world/system-world.ts';
import { alive, type RunBench, runBench } from '../support/run-bench.ts';
import { verifyBenchRun } from '../support/verify-bench-run.ts';

const ENV = {
  AWS_ACCESS_KEY_ID: 'EMULATORACCESSKEYID0',
  AWS_SECRET_ACCESS_KEY: 'emulator-secret-access-key',
};
const PLACE = { url: 's3://attic/old/', endpoint: 'https://service.test/s3', region: 'us-east-1' };
const CDN = { cdn: 'https://service.test' };

function copyJob(options: object = {}, more: object = {}): object {
  return {
    source: { files: {} },
    steps: [{ uses: 'copy-to-bucket', with: { ...PLACE, ...CDN, ...options }, ...more }],
  };
}

function bench(options: object = {}): RunBench {
  return runBench({ buckets: { attic: {} }, fileSizeLimit: 100_000_000, ...options });
}

function md5(bytes: Buffer): string {
  return createHash('md5').update(bytes).digest('hex');
}

test('copies bytes, type, name and metadata, and reports where they are', async () => {
  const stage = bench();
  const { uuid } = stage.emulator.projects[0]!.addFile({
    name: 'Größe/1 "x".txt',
    mimeType: 'text/plain',
    size: 5000,
    metadata: { owner: 'Zoë', Kind: 'a' },
  });

  const end = await alive(stage.start(copyJob(), { env: ENV }));

  expect(end.counts).toMatchObject({ done: 1, total: 1 });
  const key = `old/${uuid}/Größe_1 "x".txt`;
  const object = stage.emulator.buckets.find('attic', key)!;
  const bytes = Buffer.from(object.bytes()!);
  expect(object).toMatchObject({
    contentType: 'text/plain',
    size: 5000,
    metadata: { owner: '=?UTF-8?B?Wm/Dqw==?=', kind: 'a' },
  });
  expect(object.contentDisposition).toContain("filename*=UTF-8''Gr%C3%B6%C3%9Fe%2F1%20%22x%22.txt");
  expect(stage.items(end.run)[0]!.result).toEqual({
    url: `s3://attic/${key}`,
    size: 5000,
    etag: md5(bytes),
    md5: md5(bytes),
  });
  // The facts come from the listing.
  expect(stage.sent.filter(({ target }) => target.startsWith('/files/'))).toHaveLength(1);
});

test("the map has the address of a copy at the bucket's own server", async () => {
  const stage = bench();
  const { uuid } = stage.emulator.projects[0]!.addFile({ name: 'a.txt', size: 10 });
  const { run } = await alive(stage.start(copyJob(), { env: ENV }));
  const read = await readReportedRun(stage.directory, run, createSystemWorld());
  const objectUrl = (bucketUrl?: string) =>
    [...moves(read, { oldHosts: [], newHost: null, bucketUrl }, noMoveCounts())][0]?.objectUrl;
  expect(objectUrl()).toBe(`https://service.test/s3/attic/old/${uuid}/a.txt`);
  expect(objectUrl('https://img.test')).toBe(`https://img.test/old/${uuid}/a.txt`);
});

test('a sidecar has all facts, also metadata that are too large for headers', async () => {
  const stage = bench();
  const metadata = Object.fromEntries(
    Array.from({ length: 9 }, (_, place) => [`k${place}`, 'ü'.repeat(200)]),
  );
  const { uuid } = stage.emulator.projects[0]!.addFile({ name: 'a.txt', size: 10, metadata });

  const end = await alive(stage.start(copyJob({ sidecar: true }), { env: ENV }));

  expect(end.counts).toMatchObject({ done: 1 });
  const { buckets } = stage.emulator;
  expect(buckets.find('attic', `old/${uuid}/a.txt`)!.metadata).toEqual({});
  const text = Buffer.from(buckets.find('attic', `old/${uuid}/a.txt.json`)!.bytes()!).toString();
  expect(text.trim().split('\n')).toHaveLength(1);
  expect(JSON.parse(text)).toMatchObject({ uuid, filename: 'a.txt', size: 10, metadata });
});

test.each([
  { code: 'metadata_too_large', spec: { metadata: { k1: 'ü'.repeat(500), k2: 'ü'.repeat(500) } } },
  { code: 'metadata_names', spec: { metadata: { 'a:b': '1', a_b: '2' } } },
  { code: 'key_too_long', spec: { name: `${'ü'.repeat(500)}.txt` } },
  { code: 'unknown_cdn', spec: {}, options: { cdn: undefined } },
  { code: 'cdn_404', spec: {}, lost: true },
])('$code lets only its own item fail', async ({ code, spec, options = {}, lost = false }) => {
  const stage = bench({ cdnOrigin: 'https://cdn.other.example' });
  const project = stage.emulator.projects[0]!;
  const { uuid } = project.addFile({ name: 'a.txt', size: 10, ...spec });
  if (code !== 'unknown_cdn') project.addFile({ name: 'fine.txt', size: 10 });
  if (lost) {
    stage.answer = ({ target }) =>
      target === `/${uuid}/` ? { status: 404, headers: {}, body: 'File not found.' } : null;
  }

  const end = await alive(stage.start(copyJob(options), { env: ENV }));

  const [failed, ...others] = stage.items(end.run, 'failed');
  expect(failed).toMatchObject({ key: uuid, reason: code });
  expect(others).toEqual([]);
  expect(end.counts).toMatchObject({ done: code === 'unknown_cdn' ? 0 : 1 });
  expect(end.stop).toBeNull();
});

test('files of a list are read first; a deleted one is skipped', async () => {
  const stage = bench();
  const project = stage.emulator.projects[0]!;
  const { uuid } = project.addFile({ name: 'a.txt', size: 10 });
  const { uuid: old } = project.addFile({ name: 'b.txt', size: 10 });
  stage.removeElsewhere(old);
  const job = { ...copyJob(), source: { inline: [uuid, old] } };

  const end = await alive(stage.start(job, { env: ENV }));

  expect(end.counts).toMatchObject({ done: 1, skipped: 1 });
  expect([...stage.emulator.buckets.list('attic')].map(({ key }) => key)).toEqual([
    `old/${uuid}/a.txt`,
  ]);
});

test('a lost answer is sent again, and leaves one object', async () => {
  const stage = bench();
  stage.emulator.projects[0]!.addFile({ name: 'a.txt', size: 10 });
  let lost = 0;
  stage.fault = ({ method, target }) =>
    method === 'PUT' && target.startsWith('/s3/') && lost++ === 0 ? 'reset-after-effect' : null;

  const end = await alive(stage.start(copyJob(), { env: ENV }));

  expect(end.counts).toMatchObject({ done: 1 });
  expect(lost).toBe(2);
  expect([...stage.emulator.buckets.list('attic')]).toHaveLength(1);
});

test.each(['truncated', 'empty', 'html', 'huge', 'redirect', 'error-after-effect'] as const)(
  'an answer of the CDN that is not the file is asked for again: %s',
  async (fault) => {
    const stage = bench();
    const { uuid } = stage.emulator.projects[0]!.addFile({ name: 'a.txt', size: 100 });
    let answers = 0;
    stage.fault = ({ target }) => (target === `/${uuid}/` && answers++ === 0 ? fault : null);
    const end = await alive(stage.start(copyJob(), { env: ENV }));
    expect(end.counts).toMatchObject({ done: 1 });
    expect(answers).toBe(2);
  },
);

test('a whole answer of the CDN with another size lets the item fail at once', async () => {
  const stage = bench();
  const { uuid } = stage.emulator.projects[0]!.addFile({ name: 'a.txt', size: 100 });
  const body = 'another file';
  const headers = { 'content-length': String(body.length), 'content-type': 'text/plain' };
  stage.answer = ({ target }) => (target === `/${uuid}/` ? { status: 200, headers, body } : null);
  const end = await alive(stage.start(copyJob(), { env: ENV }));
  expect(stage.items(end.run, 'failed')).toMatchObject([{ reason: 'original_size' }]);
  expect(stage.sent.filter(({ target }) => target === `/${uuid}/`)).toHaveLength(1);
});

test.each([
  ['an object', () => bench(), 'PUT'],
  ['a part', () => largeFile().stage, 'partNumber=2'],
])('a success without an ETag does not prove that the bucket has %s', async (_, open, which) => {
  const stage = open();
  stage.emulator.projects[0]!.addFile({ name: 'a.txt', size: 100 });
  let lost = 0;
  stage.answer = ({ method, target }) =>
    method === 'PUT' && `${method} ${target}`.includes(which) && lost++ === 0
      ? { status: 200, headers: {}, body: '<html>a proxy</html>' }
      : null;
  const end = await alive(stage.start(copyJob(), { env: ENV }));
  expect(end.counts).toMatchObject({ failed: 0, done: end.counts.total });
  expect(lost).toBeGreaterThan(1);
  expect([...stage.emulator.buckets.list('attic')]).toHaveLength(end.counts.total);
});

test('refused keys stop the run, and nothing is lost', async () => {
  const stage = bench();
  stage.emulator.projects[0]!.addFile({ name: 'a.txt', size: 10 });
  const env = { ...ENV, AWS_SECRET_ACCESS_KEY: 'wrong' };
  const end = await alive(stage.start(copyJob(), { env }));
  expect(exitCodeForEnd(end, null)).toBe(3);
  const resumed = await alive(stage.resume({ env: ENV }));
  expect(resumed.counts).toMatchObject({ done: 1 });
});

test('with skipIfDone, a second run copies nothing and keeps the earlier result', async () => {
  const stage = bench();
  stage.emulator.projects[0]!.addFile({ name: 'a.txt', size: 10 });
  const job = copyJob({}, { skipIfDone: true });
  await alive(stage.start(job, { env: ENV }));
  const before = stage.emulator.buckets.requestCounts();
  const second = await alive(stage.start(job, { env: ENV }));
  expect(stage.items(second.run)[0]).toMatchObject({ state: 'skipped', reason: 'done before' });
  expect(stage.items(second.run)[0]!.result).toMatchObject({ size: 10 });
  expect(stage.emulator.buckets.requestCounts()).toEqual(before);
});

test('a group is one line of JSON with its files in their order, and verify finds it', async () => {
  const stage = bench();
  const [first, second] = ['a.png', 'b.png'].map(
    (name) => stage.emulator.projects[0]!.addFile({ name, isImage: true }).uuid,
  );
  const created = stage.emulator.handle({
    method: 'POST',
    target: '/group/',
    headers: { host: 'service.test', 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({
      pub_key: 'demopublickey',
      'files[0]': `${second}/-/resize/300x/`,
      'files[1]': first!,
    }).toString(),
  });
  const { id } = JSON.parse(String(created.body)) as { id: string };
  const job = { ...copyJob({ sidecar: true }, { skipIfDone: true }) };
  const source = { groups: { take: 'groups' } };

  const plan = await stage.plan({ ...job, source }, { env: ENV });
  expect(plan.steps[0]!.requests).toEqual([{ endpoint: 'GET /groups/{id}/', least: 0, most: 1 }]);
  const end = await alive(stage.start({ ...job, source }, { env: ENV }));

  expect(end.counts).toMatchObject({ done: 1, total: 1 });
  const key = `old/${id}/group.json`;
  expect([...stage.emulator.buckets.list('attic')].map((object) => object.key)).toEqual([key]);
  const line = Buffer.from(stage.emulator.buckets.find('attic', key)!.bytes()!).toString();
  expect(line.endsWith('}\n')).toBe(true);
  expect(JSON.parse(line)).toMatchObject({
    id,
    files: [
      { uuid: second, filename: 'b.png', effects: 'resize/300x/' },
      { uuid: first, filename: 'a.png', effects: '' },
    ],
  });
  const verified = await verifyBenchRun(stage, end.run, { env: ENV });
  expect(verified.objects).toEqual([]);
  expect(verified.result).toMatchObject({ verified: 1, buckets: [{ objects: 1, verified: 1 }] });
  stage.emulator.buckets.remove('attic', key);
  expect((await verifyBenchRun(stage, end.run, { env: ENV })).objects).toMatchObject([
    { key, fault: 'missing', item: id },
  ]);
});

test('a group that is gone is skipped', async () => {
  const stage = bench();
  const id = '11111111-1111-4111-8111-111111111111~2';
  const source = { groups: { take: 'groups', ids: [id] } };
  const end = await alive(stage.start({ ...copyJob(), source }, { env: ENV }));
  expect(end.counts).toMatchObject({ skipped: 1, total: 1 });
});

/** A bench with one file of 20 MiB, which is sent in three parts. */
function largeFile() {
  const bytes = Buffer.alloc(20 * 1024 ** 2, 'large file ');
  const first = bench();
  const { uuid } = first.emulator.projects[0]!.addFile({ name: 'big.bin', size: bytes.length });
  const [project] = first.emulator.save().projects;
  const contents = { [uuid]: bytes.toString('base64') };
  const stage = bench({ load: { projects: [{ ...project, contents }] } });
  const object = () => stage.emulator.buckets.find('attic', `old/${uuid}/big.bin`);
  return { stage, bytes, object };
}

function sentParts({ sent }: RunBench): number[] {
  return sent.flatMap(({ method, target }) => {
    const part = /partNumber=(\d+)/.exec(target)?.[1];
    return method === 'PUT' && part !== undefined ? [Number(part)] : [];
  });
}

test('a large file goes in parts; a killed run sends only the missing ones', async () => {
  const { stage, bytes, object } = largeFile();
  const death = { point: 'transfer-noted', hit: 2 } as const;
  expect(await stage.start(copyJob(), { env: ENV, death })).toBeNull();
  expect(object()).toBeUndefined();
  const before = sentParts(stage).length;

  const end = await alive(stage.resume({ env: ENV }));

  expect(end.counts).toMatchObject({ done: 1 });
  expect(md5(Buffer.from(object()!.bytes()!))).toBe(md5(bytes));
  expect(sentParts(stage).length - before).toBeLessThan(3);
  expect(stage.emulator.buckets.openUploads('attic')).toEqual([]);
});

test('a completion whose answer is lost is found at the bucket', async () => {
  const { stage, object } = largeFile();
  let lost = 0;
  stage.fault = ({ method, target }) =>
    method === 'POST' && target.includes('uploadId=') && lost++ === 0 ? 'reset-after-effect' : null;
  const end = await alive(stage.start(copyJob(), { env: ENV }));
  expect(end.counts).toMatchObject({ done: 1 });
  expect(stage.items(end.run)[0]!.result).toMatchObject({ etag: object()!.etag });
  expect(sentParts(stage)).toHaveLength(3);
});

test('parts that the bucket forgot are sent again', async () => {
  const { stage, object } = largeFile();
  const death = { point: 'transfer-noted', hit: 3 } as const;
  expect(await stage.start(copyJob(), { env: ENV, death })).toBeNull();
  let isRemoved = false;
  stage.answer = ({ method, target }) => {
    if (isRemoved || !/uploadId=/.test(target) || !/PUT|POST/.test(method)) return null;
    isRemoved = true;
    return {
      status: 404,
      headers: {},
      body: '<Error><Code>NoSuchUpload</Code><Message>x</Message></Error>',
    };
  };
  const end = await alive(stage.resume({ env: ENV }));
  expect(isRemoved).toBe(true);
  expect(end.counts).toMatchObject({ done: 1 });
  expect(object()).toBeDefined();
});

test('parts of a copy that is given up are removed', async () => {
  const { stage } = largeFile();
  stage.answer = ({ method, target }) =>
    method === 'PUT' && target.includes('partNumber=2')
      ? {
          status: 400,
          headers: {},
          body: '<Error><Code>EntityTooLarge</Code><Message>x</Message></Error>',
        }
      : null;
  const end = await alive(stage.start(copyJob(), { env: ENV }));
  expect(stage.items(end.run)[0]).toMatchObject({ state: 'failed', reason: 'http_400' });
  expect(stage.emulator.buckets.openUploads('attic')).toEqual([]);
});
