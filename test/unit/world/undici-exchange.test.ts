import http from 'node:http';
import net from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { WireError, type WireRequest } from '../../../src/core/world.ts';
import { createUndiciExchange } from '../../../src/world/undici-exchange.ts';

const toClose: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of toClose.splice(0)) await close();
});

/** A TCP server that does to each connection what the test says. */
async function serve(onConnection: (socket: net.Socket) => void) {
  const received: string[] = [];
  const sockets = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('data', (chunk) => received.push(chunk.toString()));
    onConnection(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  toClose.push(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  const { port } = server.address() as net.AddressInfo;
  return { origin: `http://127.0.0.1:${port}`, received };
}

function answering(text: string, then: (socket: net.Socket) => void = () => {}) {
  return (socket: net.Socket) => socket.once('data', () => socket.write(text, () => then(socket)));
}

function setup(origin: string) {
  const exchange = createUndiciExchange();
  toClose.push(() => exchange.close());
  const send = (changes: Partial<WireRequest> = {}) =>
    exchange.http({
      method: 'PUT',
      origin,
      target: '/files/storage/?b=%2B&a=1',
      headers: { 'x-test': 'yes' },
      body: '["ä"]',
      deadlineMs: 5000,
      maxBytes: 1000,
      signal: new AbortController().signal,
      mayStart: () => true,
      ...changes,
    });
  const failure = async (changes?: Partial<WireRequest>): Promise<WireError> => {
    const error = await send(changes).catch((reason: unknown) => reason);
    if (!(error instanceof WireError)) throw new Error('Expected a WireError', { cause: error });
    return error;
  };
  return { send, failure };
}

test('an answer comes back whole, with its status and lower-case header names', async () => {
  const { origin, received } = await serve(
    answering('HTTP/1.1 201 Created\r\nX-Request: 7\r\nContent-Length: 5\r\n\r\n"ok"\n'),
  );
  const answer = await setup(origin).send();
  expect(answer).toMatchObject({ status: 201, body: '"ok"\n', headers: { 'x-request': '7' } });
  expect(received.join('')).toMatch(/^PUT \/files\/storage\/\?b=%2B&a=1 HTTP\/1\.1\r\n/);
  expect(received.join('')).toContain('["ä"]');
});

test('a DELETE carries its body', async () => {
  const { origin, received } = await serve(answering('HTTP/1.1 204 No Content\r\n\r\n'));
  expect(await setup(origin).send({ method: 'DELETE' })).toMatchObject({ status: 204, body: '' });
  expect(received.join('')).toMatch(/content-length: 6\r\n(.*\r\n)*\r\n\["ä"\]$/i);
});

test('a redirect is an answer like any other', async () => {
  const { origin, received } = await serve(
    answering('HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n'),
  );
  expect((await setup(origin).send()).status).toBe(302);
  expect(received).toHaveLength(1);
});

test('a closed port means that nothing was sent', async () => {
  const server = net.createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as net.AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  const failure = await setup(`http://127.0.0.1:${port}`).failure();
  expect(failure).toMatchObject({ code: 'ECONNREFUSED', phase: 'unsent' });
});

test('a server that is no TLS server means that nothing was sent', async () => {
  const { origin } = await serve((socket) => socket.write('HTTP/1.1 400 Bad\r\n\r\n'));
  const failure = await setup(origin.replace('http:', 'https:')).failure();
  expect(failure.phase).toBe('unsent');
  expect(failure.code).toMatch(/SSL|EPROTO/);
});

test('a connection that is reset before the answer leaves the effect unknown', async () => {
  const { origin } = await serve((socket) => socket.once('data', () => socket.resetAndDestroy()));
  const failure = await setup(origin).failure();
  expect(failure).toMatchObject({ code: 'ECONNRESET', phase: 'ambiguous' });
});

test('a connection that is closed before the answer leaves the effect unknown', async () => {
  const { origin, received } = await serve((socket) => socket.once('data', () => socket.end()));
  const failure = await setup(origin).failure();
  expect(failure).toMatchObject({ code: 'UND_ERR_SOCKET', phase: 'ambiguous' });
  expect(received.join('').match(/PUT/g)).toHaveLength(1);
});

test('a body that is cut short is a failure that keeps the headers', async () => {
  const head = 'HTTP/1.1 200 OK\r\nX-Uploadcare-Request-Id: r-1\r\nContent-Length: 50\r\n\r\n{"a":';
  const { origin } = await serve(answering(head, (socket) => socket.destroy()));
  const failure = await setup(origin).failure();
  expect(failure.phase).toBe('ambiguous');
  expect(failure.headers['x-uploadcare-request-id']).toBe('r-1');
});

test('garbage instead of HTTP leaves the effect unknown', async () => {
  const { origin } = await serve(answering('SSH-2.0-OpenSSH_9.6\r\n'));
  expect((await setup(origin).failure()).phase).toBe('ambiguous');
});

test('a server that never answers is left at the deadline', async () => {
  const { origin } = await serve(() => {});
  const failure = await setup(origin).failure({ deadlineMs: 50 });
  expect(failure).toMatchObject({ code: 'deadline', phase: 'ambiguous' });
});

test('a slow drip does not outlive the deadline', async () => {
  const { origin } = await serve((socket) => {
    socket.write('HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n');
    const drip = setInterval(() => socket.write('x'), 5);
    socket.on('close', () => clearInterval(drip));
  });
  const failure = await setup(origin).failure({ deadlineMs: 100 });
  expect(failure).toMatchObject({ code: 'deadline', phase: 'ambiguous' });
});

test('an answer that is too large is cut off', async () => {
  const { origin } = await serve(
    answering(`HTTP/1.1 200 OK\r\nContent-Length: 2000\r\n\r\n${'x'.repeat(2000)}`),
  );
  const failure = await setup(origin).failure();
  expect(failure).toMatchObject({ code: 'too_large', phase: 'ambiguous', status: 200 });
});

test('an expired guard keeps every byte back, on a new and on a used connection', async () => {
  const answer = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}';
  const { origin, received } = await serve((socket) => {
    socket.on('data', () => socket.write(answer));
  });
  const { send, failure } = setup(origin);
  const expired = { mayStart: () => false };
  expect(await failure(expired)).toMatchObject({ code: 'guard_expired', phase: 'unsent' });
  await send({ target: '/one/' });
  expect(await failure(expired)).toMatchObject({ code: 'guard_expired', phase: 'unsent' });
  await send({ target: '/two/' });
  const targets = received.join('').match(/PUT \S+/g);
  expect(targets).toEqual(['PUT /one/', 'PUT /two/']);
});

test('a connection that the service closed while the process was blocked is not used', async () => {
  const open: net.Socket[] = [];
  const { origin, received } = await serve((socket) => {
    open.push(socket);
    socket.on('data', () => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}'));
  });
  const { send } = setup(origin);
  await send({ target: '/one/' });
  await new Promise((resolve) => setImmediate(resolve)); // now the connection is idle
  open[0]?.destroy();
  expect(await send({ target: '/two/' })).toMatchObject({ status: 200 });
  expect(open).toHaveLength(2);
  expect(received.join('').match(/PUT \S+/g)).toEqual(['PUT /one/', 'PUT /two/']);
});

test('the guard is asked after the connection is there, not when the request is made', async () => {
  let connections = 0;
  const { origin } = await serve((socket) => {
    connections += 1;
    answering('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}')(socket);
  });
  const asked: boolean[] = [];
  const mayStart = () => asked.push(true) > 0;
  const answer = setup(origin).send({ mayStart });
  expect(asked).toEqual([]);
  expect((await answer).status).toBe(200);
  expect(asked).toEqual([true]);
  expect(connections).toBe(1);
});

test('a signal that aborted before sends nothing', async () => {
  const { origin, received } = await serve(() => {});
  const failure = await setup(origin).failure({ signal: AbortSignal.abort() });
  expect(failure).toMatchObject({ code: 'aborted', phase: 'unsent' });
  expect(received).toEqual([]);
});

test('a signal that aborts while the answer is awaited leaves the effect unknown', async () => {
  const stop = new AbortController();
  const { origin } = await serve((socket) => socket.once('data', () => stop.abort()));
  const failure = await setup(origin).failure({ signal: stop.signal });
  expect(failure).toMatchObject({ code: 'aborted', phase: 'ambiguous' });
});

test('a request that waits for a socket and is stopped was never sent', async () => {
  const { origin, received } = await serve(() => {});
  const exchange = createUndiciExchange({ connections: 1 });
  toClose.push(() => exchange.close());
  const first = new AbortController();
  const second = new AbortController();
  const send = (target: string, signal: AbortSignal) =>
    exchange
      .http({
        method: 'GET',
        origin,
        target,
        headers: {},
        body: null,
        deadlineMs: 5000,
        maxBytes: 10,
        signal,
        mayStart: () => true,
      })
      .catch((error: unknown) => error);
  const one = send('/one/', first.signal);
  const two = send('/two/', second.signal);
  await expect.poll(() => received.length).toBe(1);
  second.abort();
  expect(await two).toMatchObject({ code: 'aborted', phase: 'unsent' });
  first.abort();
  expect(await one).toMatchObject({ code: 'aborted', phase: 'ambiguous' });
  expect(received.join('')).not.toContain('/two/');
});

test('a request the connection cannot carry is a failure, not a crash', async () => {
  const { origin } = await serve(() => {});
  const failure = await setup(origin).failure({ target: 'no slash' });
  expect(failure).toMatchObject({ code: 'UND_ERR_INVALID_ARG', phase: 'unsent' });
});

test.each(['PUT', 'DELETE'])('connections are kept after a %s and used again', async (method) => {
  let connections = 0;
  const server = http.createServer((_request, response) => response.end('{}'));
  server.on('connection', () => {
    connections += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  toClose.push(() => new Promise((resolve) => server.close(resolve)));
  const { port } = server.address() as net.AddressInfo;
  const { send } = setup(`http://127.0.0.1:${port}`);
  for (let count = 0; count < 20; count += 1) await send({ method });
  expect(connections).toBeLessThanOrEqual(2);
  server.closeAllConnections();
});
