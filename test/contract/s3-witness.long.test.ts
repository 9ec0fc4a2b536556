import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEmulator } from '../../src/emulator/emulator.ts';
import { openSender } from '../support/s3-sender.ts';
import { S3Signer, type SigningOptions } from '../support/s3-signer.ts';
import { openSwift, SWIFT } from '../support/swift.ts';
import { page, S3_CASES, type S3Subject } from './s3-cases.ts';
import { KNOWN_DIFFERENCES } from './s3-differences.ts';

const OBJECTS = 3000;
const PAGE = 100;
const CONNECTIONS = 16;
const LARGE = 'many-objects';

interface OpenSubject extends S3Subject {
  close(): Promise<void>;
}

function subjectAt(options: SigningOptions): OpenSubject {
  const sender = openSender(options.endpoint, CONNECTIONS);
  const signer: S3Subject['signer'] = (keys = {}, shiftMs = 0) =>
    new S3Signer({ ...options, ...keys }, () => Date.now() + shiftMs);
  return {
    signer,
    send: (request, by = signer()) => sender.send(by.sign(request)),
    sendChanged: (request, body) =>
      sender.send({ ...signer().sign(request), body: Buffer.from(body) }),
    sendUrl(url) {
      const target = url.slice(new URL(url).origin.length);
      return sender.send({ method: 'GET', target, headers: {}, body: Buffer.alloc(0) });
    },
    close: () => sender.close(),
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
