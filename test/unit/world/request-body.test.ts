import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { ClassifiedError } from '../../../src/core/failure.ts';
import { type ByteBody, WireError } from '../../../src/core/world.ts';
import { createUndiciExchange } from '../../../src/world/undici-exchange.ts';

const toClose: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of toClose.splice(0)) await close();
});

/** A server that answers with the length and a sum of what it was sent. */
async function setup() {
  const lengths: (string | undefined)[] = [];
  const server = http.createServer((request, response) => {
    let bytes = 0;
    lengths.push(request.headers['content-length']);
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
    });
    request.on('end', () => response.end(String(bytes)));
    request.on('error', () => {});
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const exchange = createUndiciExchange();
  toClose.push(
    () => exchange.close(),
    () => new Promise((resolve) => server.close(resolve)),
  );
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const send = (bytes: ByteBody) =>
    exchange.http({
      method: 'POST',
      origin,
      target: '/',
      headers: {},
      body: null,
      bytes,
      deadlineMs: 5000,
      maxBytes: 1000,
      signal: new AbortController().signal,
      mayStart: () => true,
    });
  const failure = async (bytes: ByteBody): Promise<WireError> => {
    const error = await send(bytes).catch((reason: unknown) => reason);
    if (!(error instanceof WireError)) throw new Error('Expected a WireError', { cause: error });
    return error;
  };
  return { send, failure, lengths };
}

function bodyOf(size: number, chunks: readonly number[]): ByteBody {
  return {
    size,
    async *open() {
      for (const length of chunks) yield new Uint8Array(length);
    },
  };
}

test('bytes go out chunk by chunk, with their length told first, and again for every try', async () => {
  const { send, lengths } = await setup();
  const body = bodyOf(300_000, [100_000, 0, 200_000]);
  expect((await send(body)).body).toBe('300000');
  expect((await send(body)).body).toBe('300000');
  expect(lengths).toEqual(['300000', '300000']);
});

test('a body of nothing is a body', async () => {
  const { send } = await setup();
  expect((await send(bodyOf(0, []))).body).toBe('0');
});

test('64 MB take no 64 MB: the reader waits for the socket', async () => {
  const { send } = await setup();
  let ahead = 0;
  const chunk = new Uint8Array(1_000_000);
  const before = process.memoryUsage().arrayBuffers;
  await send({
    size: 64_000_000,
    async *open() {
      for (let count = 0; count < 64; count += 1) {
        ahead = Math.max(ahead, process.memoryUsage().arrayBuffers - before);
        yield Uint8Array.from(chunk);
      }
    },
  });
  expect(ahead).toBeLessThan(40_000_000);
});

test.each([
  ['shorter', [10]],
  ['longer', [90, 20]],
])(
  'a file that is %s by now fails, and the next request is not mixed up with it',
  async (_, chunks) => {
    const { failure, send } = await setup();
    expect(await failure(bodyOf(100, chunks))).toMatchObject({ code: 'body_changed' });
    expect((await send(bodyOf(3, [3]))).body).toBe('3');
  },
);

test('a file that can not be read says why', async () => {
  const { failure } = await setup();
  const broken: ByteBody = {
    size: 10,
    async *open() {
      yield new Uint8Array(5);
      throw Object.assign(new Error('EIO: i/o error, read'), { code: 'EIO' });
    },
  };
  expect(await failure(broken)).toMatchObject({
    code: 'body_unreadable',
    message: 'EIO: i/o error, read',
  });
});

test('a file that tells itself that it changed is not sent whole, and said to have changed', async () => {
  const { send } = await setup();
  const cause = new ClassifiedError({
    kind: 'permanent',
    effect: 'none',
    code: 'body_changed',
    message: 'it changed',
  });
  const open = async function* () {
    yield new Uint8Array(3);
    throw cause;
  };
  await expect(send({ size: 6, open })).rejects.toMatchObject({
    name: 'WireError',
    code: 'body_changed',
    message: 'it changed',
  });
});
