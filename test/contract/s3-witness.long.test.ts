import { Pool } from 'undici';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEmulator } from '../../src/emulator/emulator.ts';
import { type PlainRequest, S3Signer, type SigningOptions } from '../support/s3-signer.ts';
import { openSwift, SWIFT } from '../support/swift.ts';
import { page, S3_CASES, type S3Answer, type S3Subject } from './s3-cases.ts';
import { KNOWN_DIFFERENCES } from './s3-differences.ts';

const OBJECTS = 3000;
const PAGE = 100;
const CONNECTIONS = 16;
const LARGE = 'many-objects';

interface OpenSubject extends S3Subject {
  close(): Promise<void>;
}

function subjectAt(options: SigningOptions): OpenSubject {
  const pool = new Pool(new URL(options.endpoint).origin, { connections: CONNECTIONS });
  const signer: S3Subject['signer'] = (keys = {}, shiftMs = 0) =>
    new S3Signer({ ...options, ...keys }, () => Date.now() + shiftMs);
  const exchange = async (
    method: string,
    path: string,
    { headers = {}, body }: { headers?: Record<string, string>; body?: Buffer } = {},
  ): Promise<S3Answer> => {
    const answer = await pool.request({
      method: method as 'GET',
      path,
      headers,
      body: body === undefined || body.length === 0 ? null : body,
    });
    return {
      status: answer.statusCode,
      headers: answer.headers,
      body: Buffer.from(await answer.body.arrayBuffer()),
    };
  };
  return {
    signer,
    send(request: PlainRequest, by = signer()) {
      const { method, target, headers, body } = by.sign(request);
      return exchange(method, target, { headers, body });
    },
    sendChanged(request, body) {
      const { method, target, headers } = signer().sign(request);
      return exchange(method, target, { headers, body: Buffer.from(body) });
    },
    sendUrl: (url) => exchange('GET', url.slice(new URL(url).origin.length)),
    close: () => pool.close(),
  };
}

describe.skipIf(SWIFT === null)('the emulator and OpenStack Swift', () => {
  let emulated: OpenSubject;
  let real: OpenSubject;
  let closeServers = () => Promise.resolve();

  beforeAll(async () => {
    const swift = await openSwift();
    const emulator = createEmulator();
    const server = await emulator.listen();
    emulated = subjectAt({ ...emulator.buckets.accessKey, endpoint: `${server.origin}/s3` });
    real = subjectAt(swift);
    closeServers = async () => {
      await Promise.all([emulated.close(), real.close()]);
      await Promise.all([server.close(), swift.remove()]);
    };
  }, 120_000);

  afterAll(() => closeServers());

  it.each(Object.keys(S3_CASES))('agree on %s', async (name) => {
    const observe = S3_CASES[name];
    const ours = await observe?.(emulated);
    const theirs = await observe?.(real);
    const known = KNOWN_DIFFERENCES[name];
    if (known === undefined) expect(ours).toEqual(theirs);
    else {
      expect(ours).toMatchObject(known.emulator);
      expect(theirs).toMatchObject(known.swift);
    }
  });

  it('list thousands of objects in the same pages', async () => {
    const keys = Array.from({ length: OBJECTS }, (_, index) => `photo ${(index * 7919) % OBJECTS}`);
    await Promise.all([emulated, real].map((subject) => putAll(subject, keys)));
    const [ours, theirs] = [await readPages(emulated), await readPages(real)];
    expect(ours).toEqual(theirs);
    expect(ours).toHaveLength(OBJECTS / PAGE);
    expect(ours.flat()).toEqual([...keys].sort());
  }, 600_000);
});

async function putAll(subject: S3Subject, keys: readonly string[]): Promise<void> {
  await subject.send({ method: 'PUT', bucket: LARGE });
  const rest = [...keys];
  const work = async () => {
    for (let key = rest.pop(); key !== undefined; key = rest.pop()) {
      const { status } = await subject.send({ method: 'PUT', bucket: LARGE, key, body: key });
      expect(status).toBe(200);
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, work));
}

async function readPages(subject: S3Subject): Promise<string[][]> {
  const pages: string[][] = [];
  let query: Record<string, string> = { 'list-type': '2', 'max-keys': String(PAGE) };
  for (;;) {
    const { keys, isTruncated } = page(await subject.send({ bucket: LARGE, query }));
    pages.push(keys);
    if (isTruncated !== 'true') return pages;
    query = { ...query, 'start-after': keys.at(-1) ?? '' };
  }
}
