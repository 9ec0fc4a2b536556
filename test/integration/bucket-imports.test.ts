// Tests src/operations/import-object.ts, bucket-object.ts and bucket-files.ts.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { loadBucketCode } from '../../src/run/open-buckets.ts';
import type { RunContext } from '../../src/run/run-request.ts';
import { alive, type RunBench, runBench } from '../support/run-bench.ts';

const BUCKET = 'shop-media';
const ENDPOINT = 'https://upload.uploadcare.com/s3';
const SECRET = 'emulator-secret-access-key';
const env = { AWS_ACCESS_KEY_ID: 'EMULATORACCESSKEYID0', AWS_SECRET_ACCESS_KEY: SECRET };
const MIB = 1024 ** 2;

// Simulated time does not wait for the disk.
beforeAll(loadBucketCode);

function bucketJob(step: object, bucket: object = {}): object {
  const place = { url: `s3://${BUCKET}/`, endpoint: ENDPOINT, region: 'us-east-1' };
  return { source: { bucket: { ...place, ...bucket } }, steps: [step] };
}

function setup(options: Parameters<typeof runBench>[0] = {}) {
  const bench = runBench(options);
  bench.emulator.buckets.create(BUCKET);
  const run = async (job: object, changes: Partial<RunContext> = {}) => {
    const end = await alive(bench.start(job, { env, ...changes }));
    return { end, items: bench.items(end.run) };
  };
  return { bench, buckets: bench.emulator.buckets, run };
}

/** The files of the project by name, with their bytes as a text. */
function filesOf({ emulator }: RunBench) {
  const { files } = JSON.parse(JSON.stringify(emulator.save())).projects[0] as {
    files: { uuid: string; original_filename: string; mime_type: string; metadata: object }[];
  };
  return files.map(({ uuid, original_filename: name, mime_type: type, metadata }) => {
    const { ucbulk_intent: _, ...own } = metadata as Record<string, string>;
    const bytes = emulator.projects[0]!.original(uuid)?.bytes;
    return { name, type, metadata: own, text: bytes?.toString('latin1') };
  });
}

const WAYS = [
  { uses: 'import-url', with: { pathKey: 'path' } },
  { uses: 'upload', with: { pathKey: 'path' } },
] as const;

describe.each(WAYS)('$uses of objects', (step) => {
  test('keeps bytes, name, type, metadata and key', async () => {
    const { bench, buckets, run } = setup();
    const metadata = { author: '=?UTF-8?B?SsO8cmdlbg==?=', 'camera model': 'X 1' };
    const keys = ['a b/c+d%20.txt', 'é.txt', "quote'(1)!*.txt", 'x/../dots.txt', 'x/./y.txt'];
    for (const key of keys) {
      buckets.put(BUCKET, key, { bytes: `text of ${key}`, contentType: 'text/plain', metadata });
    }
    const { end } = await run(bucketJob(step));
    expect(end.counts).toMatchObject({ done: keys.length, total: keys.length });
    const wanted = keys.map((key) => ({
      name: key.slice(key.lastIndexOf('/') + 1),
      type: 'text/plain',
      metadata: { author: 'Jürgen', camera_model: 'X 1', path: key },
      text: Buffer.from(`text of ${key}`).toString('latin1'),
    }));
    const byName = (one: { name: string }, other: { name: string }) =>
      one.name < other.name ? -1 : 1;
    expect(filesOf(bench).sort(byName)).toEqual(wanted.sort(byName));
  });

  test('a later run makes files of only new and changed objects', async () => {
    const { bench, buckets, run } = setup();
    buckets.put(BUCKET, 'same', 'one');
    buckets.put(BUCKET, 'other', 'two');
    const first = await run(bucketJob(step));
    const requests = buckets.requestCounts();
    const again = await run(bucketJob(step));
    expect(again.end.counts).toMatchObject({ done: 0, skipped: 2 });
    expect(again.items.map(({ result }) => result?.['file'])).toEqual(
      first.items.map(({ result }) => result?.['file']),
    );
    // The listing, and nothing else.
    expect(buckets.requestCounts()).toEqual({ ...requests, list: requests.list + 1 });
    buckets.put(BUCKET, 'other', 'too');
    buckets.put(BUCKET, 'new', 'three');
    const third = await run(bucketJob(step));
    expect(third.items.map(({ key, state }) => [key, state])).toEqual([
      ['new', 'done'],
      ['other', 'done'],
      ['same', 'skipped'],
    ]);
    expect(filesOf(bench)).toHaveLength(4);
  });

  test('the same key and ETag in another bucket is another object', async () => {
    const { bench, buckets, run } = setup();
    buckets.create('other-media');
    for (const bucket of [BUCKET, 'other-media']) buckets.put(bucket, 'a', 'text');
    await run(bucketJob(step));
    const { end } = await run(bucketJob(step, { url: 's3://other-media/' }));
    expect(end.counts).toMatchObject({ done: 1, total: 1 });
    expect(filesOf(bench)).toHaveLength(2);
  });

  test('an object that changed after it was listed fails alone', async () => {
    const { bench, buckets, run } = setup();
    for (const key of ['changed', 'gone', 'stays']) buckets.put(BUCKET, key, 'first');
    bench.answer = ({ method, target }) => {
      if (method === 'HEAD' && target.includes('changed')) buckets.put(BUCKET, 'changed', 'other');
      if (method === 'HEAD' && target.includes('gone')) buckets.remove(BUCKET, 'gone');
      return null;
    };
    const { items } = await run(bucketJob(step));
    expect(items.map(({ key, state, reason }) => [key, state, reason])).toEqual([
      ['changed', 'failed', 'changed'],
      ['gone', 'failed', 'gone'],
      ['stays', 'done', null],
    ]);
    expect(filesOf(bench)).toHaveLength(1);
  });

  test('objects that can not be read, or whose facts do not fit, fail alone', async () => {
    const { bench, buckets, run } = setup();
    const many = Object.fromEntries(Array.from({ length: 50 }, (_, key) => [`k${key}`, 'v']));
    buckets.put(BUCKET, 'archived', { bytes: 'x', storageClass: 'GLACIER' });
    buckets.put(BUCKET, 'control\u0001', 'x');
    buckets.put(BUCKET, 'long', { bytes: 'x', metadata: { note: 'n'.repeat(513) } });
    buckets.put(BUCKET, 'names', { bytes: 'x', metadata: { 'a!': '1', 'a#': '2' } });
    buckets.put(BUCKET, 'many', { bytes: 'x', metadata: many });
    buckets.put(BUCKET, 'sse', { bytes: 'x', hasClientKey: true });
    const { items } = await run(bucketJob(step));
    expect(items.map(({ key, state, reason }) => [key, state, reason])).toEqual([
      ['archived', 'failed', 'archived'],
      ['control\u0001', 'failed', 'control_character'],
      ['long', 'failed', 'metadata_too_long'],
      ['many', 'failed', 'too_many_metadata_keys'],
      ['names', 'failed', 'metadata_names'],
      ['sse', 'failed', 'sse_c'],
    ]);
    expect(filesOf(bench)).toEqual([]);
  });

  test.each([
    ['wrong keys', { AWS_SECRET_ACCESS_KEY: 'wrong-secret' }, {}, 'the server refused the keys'],
    ['no such bucket', {}, { url: 's3://no-such-bucket/' }, 'there is no such bucket'],
    ['another region', {}, { region: 'eu-west-1' }, 'Set `region: us-east-1`'],
  ])('%s: the run stops, and a resume continues it', async (_, change, place, words) => {
    const { bench, buckets, run } = setup();
    buckets.put(BUCKET, 'a', 'text');
    const { end } = await run(bucketJob(step, place), {
      env: { HOME: '/nowhere', ...env, ...change },
    });
    expect(end.stop).toMatchObject({ kind: 'fatal', failure: expect.anything() });
    expect(JSON.stringify(end.stop, ['kind', 'failure', 'message'])).toContain(words);
    if (Object.keys(change).length === 0) return;
    const resumed = await alive(bench.resume({ env }));
    expect(resumed.counts).toMatchObject({ done: 1, total: 1 });
  });

  test('without keys, no run begins; a run whose keys are gone can be resumed later', async () => {
    const { bench, buckets, run } = setup();
    buckets.put(BUCKET, 'a', 'text');
    const none = { HOME: '/nowhere' };
    const refused = run(bucketJob(step), { env: none });
    await expect(refused).rejects.toThrow('There are no credentials for the bucket');
    expect(bench.sent.filter(({ target }) => target.startsWith('/s3/'))).toEqual([]);
    await bench.start(bucketJob(step), { env, death: { point: 'page-committed', hit: 1 } });
    await expect(bench.resume({ env: none })).rejects.toThrow('There are no credentials');
    const end = await alive(bench.resume({ env }));
    expect(end.counts).toMatchObject({ done: 1, total: 1 });
  });

  test('no key and no signed URL is in the state directory, the log or the events', async () => {
    const { bench, buckets, run } = setup();
    const logged: unknown[] = [];
    const log: RunContext['log'] = (...line) => logged.push(line);
    for (const key of ['a', 'b']) buckets.put(BUCKET, key, 'text');
    bench.fault = ({ target }) => (/from_url|base/.test(target) ? 'error-before-effect' : null);
    await run(bucketJob(step), { log });
    const files = readdirSync(bench.directory, { recursive: true, withFileTypes: true });
    const texts = files
      .filter((file) => file.isFile())
      .map((file) => readFileSync(join(file.parentPath, file.name), 'latin1'));
    const all = [...texts, JSON.stringify(logged), JSON.stringify(bench.events)].join('\n');
    for (const secret of ['X-Amz-Signature', 'X-Amz-Credential', SECRET]) {
      expect(all).not.toContain(secret);
    }
  });

  test('a clock that is wrong by hours is corrected by the time of the server', async () => {
    const { buckets, run } = setup();
    buckets.put(BUCKET, 'a', 'text');
    const { end } = await run(bucketJob(step), { skewMs: 5 * 3_600_000 } as never);
    expect(end.counts).toMatchObject({ done: 1, total: 1 });
  });
});

test('a signed URL that the service repeats is shown without its session token', async () => {
  const { bench, buckets, run } = setup();
  const token = 'IQoJ/session+token==';
  const keys = { accessKeyId: 'SESSIONKEY0123456789', secretAccessKey: 'session-secret' };
  buckets.addAccessKey({ ...keys, sessionToken: token });
  buckets.put(BUCKET, 'a', 'text');
  bench.answer = ({ target, body }) => {
    if (!target.startsWith('/from_url/')) return null;
    const [echo] = /X-Amz-Security-Token=[^&\s]+&X-Amz-Signature=\w+/.exec(body ?? '') ?? [];
    const error = { status_code: 400, error_code: 'DownloadFileError', content: `No ${echo}` };
    const headers = { 'content-type': 'application/json' };
    return { status: 400, headers, body: JSON.stringify({ error }) };
  };
  const session = {
    AWS_ACCESS_KEY_ID: keys.accessKeyId,
    AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
    AWS_SESSION_TOKEN: token,
  };
  const { items } = await run(bucketJob({ uses: 'import-url' }), { env: session });
  const message = expect.stringContaining('No X-Amz-Security-Token=[redacted]');
  expect(items).toMatchObject([{ state: 'failed', message }]);
  expect(JSON.stringify([items, bench.events])).not.toMatch(/IQoJ|Signature=[0-9a-f]{8}/);
});

test('an object that changes while it is read fails, and no file is made of two versions', async () => {
  const { bench, buckets, run } = setup();
  buckets.put(BUCKET, 'big', { bytes: Buffer.alloc(5 * MIB, 'a') });
  let reads = 0;
  bench.answer = ({ method, target }) => {
    if (method === 'GET' && target.endsWith('/big')) reads += 1;
    if (reads === 2) buckets.put(BUCKET, 'big', { bytes: Buffer.alloc(5 * MIB, 'b') });
    return null;
  };
  const { items } = await run(bucketJob({ uses: 'upload' }));
  expect(items).toMatchObject([{ state: 'failed', reason: 'changed' }]);
  expect(filesOf(bench)).toEqual([]);
});

test('an imported file of another size fails, and is named', async () => {
  const { bench, buckets, run } = setup();
  buckets.put(BUCKET, 'a', 'text');
  bench.changeFile = (file) => {
    file['size'] = 3;
  };
  const { items } = await run(bucketJob({ uses: 'import-url' }));
  expect(items).toMatchObject([{ state: 'failed', reason: 'size_mismatch' }]);
  expect(items[0]?.message).toContain('The object has 4 bytes, and file');
});

test('bytes with another MD5 than the ETag fail, and the file is named', async () => {
  const { bench, buckets, run } = setup();
  buckets.put(BUCKET, 'a', { bytes: 'text', etag: 'd41d8cd98f00b204e9800998ecf8427e' });
  const { items } = await run(bucketJob({ uses: 'upload' }));
  expect(items).toMatchObject([{ state: 'failed', reason: 'md5_mismatch' }]);
  const { files } = JSON.parse(JSON.stringify(bench.emulator.save())).projects[0];
  expect(items[0]?.message).toContain(files[0].uuid);
});

test('a run that is killed while it lists a bucket lists each object once', async () => {
  const { bench, buckets } = setup();
  for (let number = 0; number < 2500; number += 1) {
    buckets.put(BUCKET, `n${String(number).padStart(4, '0')}`, 'x');
  }
  const job = bucketJob({ uses: 'import-url', if: 'false' });
  await bench.start(job, { env, death: { point: 'page-read', hit: 2 } });
  await bench.resume({ env, death: { point: 'page-committed', hit: 1 } });
  await bench.resume({ env, death: { point: 'page-read', hit: 1 } });
  const end = await alive(bench.resume({ env }));
  expect(end.counts.total).toBe(2500);
  expect(new Set(bench.items(end.run).map(({ key }) => key)).size).toBe(2500);
});

test('another way and other options make no file of the same object again', async () => {
  const { bench, buckets, run } = setup();
  buckets.put(BUCKET, 'a.txt', 'one');
  const first = await run(bucketJob({ uses: 'import-url', with: { pathKey: 'path' } }));
  const again = await run(bucketJob({ uses: 'upload', with: { store: true } }));
  expect(again.end.counts).toMatchObject({ done: 0, skipped: 1 });
  expect(again.items[0]!.result!['file']).toBe(first.items[0]!.result!['file']);
  const forced = await run(bucketJob({ uses: 'upload', skipIfDone: false }));
  expect(forced.end.counts).toMatchObject({ done: 1 });
  expect(filesOf(bench)).toHaveLength(2);
});

test('a picture from a bucket is paid once, also by a job that finds it elsewhere', async () => {
  const { bench, buckets, run } = setup();
  const bytes = Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
    'base64',
  );
  buckets.put(BUCKET, 'a.png', { bytes, contentType: 'image/png' });
  const cut = (file: object) => ({ uses: 'addon/remove_bg', ...file });
  const importing = { id: 'import', uses: 'import-url' };
  const first = await run({
    ...bucketJob(importing),
    steps: [importing, cut({ with: { file: '${{ steps.import.file }}' } })],
  });
  expect(first.items).toMatchObject([{ state: 'done' }]);
  const saved = bench.emulator.save().projects[0]!.files as Record<string, string>[];
  const imported = saved.find((file) => file['original_filename'] === 'a.png')?.['uuid'];
  const second = await run({ source: { inline: [imported] }, steps: [cut({})] });
  expect(second.end.counts).toMatchObject({ done: 0, skipped: 1 });
  expect(bench.effects('remove_bg')).toEqual({ changed: 1, twice: 0 });
});
