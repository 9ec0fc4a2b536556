import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { ClassifiedError } from '../../../src/core/failure.ts';
import { type ByteBody, WireError } from '../../../src/core/world.ts';
import { bodyStream } from '../../../src/world/request-body.ts';
import { createUndiciExchange } from '../../../src/world/undici-exchange.ts';

const toClose: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of toClose.splice(0)) await close();
});

/** A server that answers with the number of bytes that it received. */
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

test('a body is sent chunk by chunk with its length in the header, and again for every attempt', async () => {
  const { send, lengths } = await setup();
  const body = bodyOf(300_000, [100_000, 0, 200_000]);
  expect((await send(body)).body).toBe('300000');
  expect((await send(body)).body).toBe('300000');
  expect(lengths).toEqual(['300000', '300000']);
});

test('an empty body is sent', async () => {
  const { send } = await setup();
  expect((await send(bodyOf(0, []))).body).toBe('0');
});

test('a body of 64 MB arrives completely', async () => {
  const { send } = await setup();
  expect((await send(bodyOf(64_000_000, Array(64).fill(1_000_000)))).body).toBe('64000000');
});

test('a file is read only as fast as its reader takes it', async () => {
  let read = 0;
  const stream = bodyStream({
    size: 64,
    async *open() {
      for (; read < 64; read += 1) yield new Uint8Array(1);
    },
  });
  let taken = 0;
  let ahead = 0;
  for await (const _ of stream) {
    taken += 1;
    // A stream without a limit would use these turns to read on.
    for (let turn = 0; turn < 20; turn += 1) await setImmediate();
    ahead = Math.max(ahead, read - taken);
  }
  expect(taken).toBe(64);
  expect(ahead).toBeLessThanOrEqual(2);
});

test.each([
  ['shorter', [10]],
  ['longer', [90, 20]],
])('a file that is now %s fails, and does not corrupt the next request', async (_, chunks) => {
  const { failure, send } = await setup();
  expect(await failure(bodyOf(100, chunks))).toMatchObject({ code: 'body_changed' });
  expect((await send(bodyOf(3, [3]))).body).toBe('3');
});

test('a file that can not be read is reported with the reason', async () => {
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

test('a file that reports its own change fails as changed', async () => {
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
