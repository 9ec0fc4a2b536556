// Tests src/s3/s3-bucket.ts and src/s3/object-answer.ts: servers that answer in an unusual way.

import { beforeAll, describe, expect, test } from 'vitest';
import type { WireResponse } from '../../src/core/world.ts';
import { loadBucketCode } from '../../src/run/open-buckets.ts';
import type { RunContext } from '../../src/run/run-request.ts';
import { alive, runBench } from '../support/run-bench.ts';

const BUCKET = 'shop-media';
const ENDPOINT = 'https://upload.uploadcare.com/s3';
const env = {
  AWS_ACCESS_KEY_ID: 'EMULATORACCESSKEYID0',
  AWS_SECRET_ACCESS_KEY: 'emulator-secret-access-key',
};
const MIB = 1024 ** 2;
const HOUR_MS = 3_600_000;

// Simulated time does not wait for the disk.
beforeAll(loadBucketCode);

function setup() {
  const bench = runBench({});
  const { buckets } = bench.emulator;
  buckets.create(BUCKET);
  const run = async (step: object, changes: Partial<RunContext> = {}) => {
    const bucket = { url: `s3://${BUCKET}/`, endpoint: ENDPOINT, region: 'us-east-1' };
    const end = await alive(
      bench.start({ source: { bucket }, steps: [step] }, { env, ...changes }),
    );
    return { end, items: bench.items(end.run) };
  };
  return { bench, buckets, run };
}

function answerOf(status: number, headers: Record<string, string>, bytes: Buffer): WireResponse {
  return { status, headers, body: bytes.toString('latin1'), bytes };
}

describe('the bytes of an object are refused', () => {
  const length = 2 * MIB;
  const bytes = Buffer.alloc(length, 'abcdefghijk');
  const part = (from: number, more: Record<string, string> = {}) =>
    answerOf(
      206,
      { 'content-range': `bytes ${from}-${from + length - 1}/${bytes.length}`, ...more },
      Buffer.concat([bytes.subarray(from), bytes.subarray(0, from)]),
    );

  test.each([
    ['from another version', part(0, { etag: '"other-2"' }), 'failed', 'changed'],
    ['from another place', part(7), 'pending', null],
    [
      'if the server ignores the range',
      answerOf(200, {}, Buffer.alloc(2 * length)),
      'failed',
      'no_ranges',
    ],
  ])('%s', async (_, answer, state, reason) => {
    const { bench, buckets, run } = setup();
    buckets.put(BUCKET, 'big', { bytes, etag: 'first-2' });
    bench.answer = ({ method, target }) =>
      method === 'GET' && target.endsWith('/big') ? answer : null;
    const { items } = await run({ uses: 'upload' }, { offlineForMs: 1000 });
    expect(items).toMatchObject([{ state, reason }]);
    expect(bench.emulator.projects[0]?.counts().stored).toBe(0);
  });
});

describe.each(['import-url', 'upload'])('%s: a refused HEAD, whose answer has no text', (uses) => {
  const keys = { accessKeyId: 'SESSIONKEY0123456789', secretAccessKey: 'session-secret' };
  const session = {
    AWS_ACCESS_KEY_ID: keys.accessKeyId,
    AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
    AWS_SESSION_TOKEN: 'session-token',
  };

  test('a session token that ended after the listing stops the run, and no item fails', async () => {
    const { bench, buckets, run } = setup();
    for (const key of ['a', 'b']) buckets.put(BUCKET, key, 'text');
    const addKeys = (expiresAt: number) =>
      buckets.addAccessKey({ ...keys, sessionToken: 'session-token', expiresAt });
    addKeys(bench.clock.now() + HOUR_MS);
    bench.answer = ({ method }) => {
      if (method === 'HEAD') addKeys(bench.clock.now() - 1);
      return null;
    };
    const { end, items } = await run({ uses }, { env: session });
    expect(end.stop).toMatchObject({
      kind: 'fatal',
      failure: { code: 'expired_token', fatalCause: 'credentials' },
    });
    expect(items.map(({ state }) => state)).toEqual(['pending', 'pending']);
    const resumed = await alive(bench.resume({ env }));
    expect(resumed.counts).toMatchObject({ done: 2, total: 2 });
  });

  test('with the right to list only the prefix, an object that is gone fails alone', async () => {
    const { bench, buckets, run } = setup();
    for (const key of ['a', 'a2', 'b']) buckets.put(BUCKET, key, 'text');
    const denied = answerOf(403, {}, Buffer.alloc(0));
    bench.answer = ({ method, target }) => {
      if (method === 'HEAD' && target.endsWith('/a')) buckets.remove(BUCKET, 'a');
      // AWS answers so if the policy has the condition s3:prefix.
      return (method === 'HEAD' || method === 'GET') && target.endsWith('/a') ? denied : null;
    };
    const { items } = await run({ uses });
    expect(items.map(({ key, state, reason }) => [key, state, reason])).toEqual([
      ['a', 'failed', 'gone'],
      ['a2', 'done', null],
      ['b', 'done', null],
    ]);
  });

  test('an object that exists and is denied stops the run', async () => {
    const { bench, buckets, run } = setup();
    buckets.put(BUCKET, 'a', 'text');
    buckets.removeAccessKey(env.AWS_ACCESS_KEY_ID);
    buckets.addAccessKey({
      accessKeyId: env.AWS_ACCESS_KEY_ID,
      secretAccessKey: env.AWS_SECRET_ACCESS_KEY,
      allows: ['list'],
    });
    const { end } = await run({ uses });
    expect(end.stop).toMatchObject({ kind: 'fatal', failure: { code: 'bucket_denied' } });
    expect(bench.items(end.run)).toMatchObject([{ state: 'pending' }]);
  });
});

test('a session token that the server repeats is not shown, also if its message is cut', async () => {
  const { bench, run } = setup();
  const token = 'session-token-0123456789'.repeat(20);
  const body = `<Error><Code>AccessDenied</Code><Message>Denied for the token ${token}</Message></Error>`;
  bench.answer = ({ target }) =>
    target.startsWith('/s3/') ? { status: 403, headers: {}, body } : null;
  const { end } = await run({ uses: 'upload' }, { env: { ...env, AWS_SESSION_TOKEN: token } });
  expect(JSON.stringify([end, bench.events])).not.toContain('session-token');
  expect(end.stop).toMatchObject({
    failure: { message: expect.stringContaining('AccessDenied: Denied for the token [redacted]') },
  });
});
