import http from 'node:http';
import net from 'node:net';
import { afterEach, expect, test, vi } from 'vitest';
import { WireError, type WireRequest } from '../../../src/core/world.ts';
import { proxyFor, type Variables } from '../../../src/world/proxy-settings.ts';
import { createUndiciExchange } from '../../../src/world/undici-exchange.ts';

const toClose: (() => unknown)[] = [];
afterEach(async () => {
  vi.restoreAllMocks();
  for (const close of toClose.splice(0)) await close();
});

interface ProxyAnswers {
  /** Status for requests in absolute form. */
  readonly plain?: number;
  /** Status for CONNECT. */
  readonly tunnel?: number;
}

/** A proxy on 127.0.0.1 that knows no other host: it answers itself, and tells what it saw. */
async function openProxy({ plain = 200, tunnel = 200 }: ProxyAnswers = {}) {
  const seen: { line: string; login: string | undefined; host: string | undefined }[] = [];
  const hello: number[] = [];
  const note = (request: http.IncomingMessage) => {
    const { 'proxy-authorization': login, host } = request.headers;
    seen.push({ line: `${request.method} ${request.url}`, login, host });
  };
  const server = http.createServer((request, response) => {
    note(request);
    response.writeHead(plain).end('"answer"');
  });
  server.on('connect', (request, socket: net.Socket) => {
    note(request);
    socket.on('error', () => {});
    socket.write(`HTTP/1.1 ${tunnel} Words\r\n\r\n`);
    socket.once('data', (bytes) => {
      hello.push(bytes[0] ?? 0);
      socket.destroy();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  toClose.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as net.AddressInfo;
  return { host: `127.0.0.1:${port}`, seen, hello };
}

function request(origin: string, signal = new AbortController().signal): WireRequest {
  return {
    method: 'PUT',
    origin,
    target: '/files/?b=%2B',
    headers: { 'x-test': 'yes' },
    body: '[]',
    deadlineMs: 5000,
    maxBytes: 1000,
    signal,
    mayStart: () => true,
  };
}

function exchangeWith(env: Variables) {
  const exchange = createUndiciExchange({ env });
  toClose.push(() => exchange.close());
  return exchange;
}

async function toFailure(env: Variables, origin: string): Promise<WireError> {
  const error = await exchangeWith(env)
    .http(request(origin))
    .catch((reason: unknown) => reason);
  if (!(error instanceof WireError)) throw new Error('Expected a WireError', { cause: error });
  return error;
}

test('a request over plain HTTP goes to the proxy in absolute form, with the login of the URL', async () => {
  const proxy = await openProxy();
  const { http: send } = exchangeWith({ HTTP_PROXY: `http://me:p%40ss@${proxy.host}` });
  expect(await send(request('http://api.test'))).toMatchObject({ status: 200, body: '"answer"' });
  expect(await send(request('http://other.test:81'))).toMatchObject({ status: 200 });
  const login = `Basic ${Buffer.from('me:p@ss').toString('base64')}`;
  expect(proxy.seen).toEqual([
    { line: 'PUT http://api.test/files/?b=%2B', login, host: 'api.test' },
    { line: 'PUT http://other.test:81/files/?b=%2B', login, host: 'other.test:81' },
  ]);
});

test('a request over HTTPS goes through a tunnel, and what runs in it is TLS', async () => {
  const proxy = await openProxy();
  const failure = await toFailure({ https_proxy: `http://me@${proxy.host}` }, 'https://api.test');
  const login = `Basic ${Buffer.from('me:').toString('base64')}`;
  expect(proxy.seen[0]).toMatchObject({ line: 'CONNECT api.test:443', login });
  expect(proxy.hello[0]).toBe(22); // a TLS handshake
  expect(failure.phase).toBe('unsent');
});

test('the emulator on this machine is never reached through a proxy', async () => {
  const proxy = await openProxy();
  const emulator = await openProxy();
  const { http: send } = exchangeWith({ http_proxy: `http://${proxy.host}`, no_proxy: '' });
  await send(request(`http://${emulator.host}`));
  expect(proxy.seen).toEqual([]);
  expect(emulator.seen).toMatchObject([{ line: 'PUT /files/?b=%2B' }]);
});

test.each([
  ['http://api.test', { plain: 407 }, 'HTTP_PROXY'],
  ['https://api.test', { tunnel: 407 }, 'HTTPS_PROXY'],
])(
  '407 on the way to %s says what to put where; nothing was sent',
  async (origin, answers, variable) => {
    const proxy = await openProxy(answers);
    const failure = await toFailure({ [variable]: `http://${proxy.host}` }, origin);
    expect(failure).toMatchObject({ code: 'proxy_login', phase: 'unsent' });
    expect(failure.message).toBe(
      `The proxy ${proxy.host} (${variable}) wants a user name and a password (407). Put them into the URL: ${variable}=http://USER:PASSWORD@${proxy.host}`,
    );
    const refused = await toFailure({ [variable]: `http://me:canary@${proxy.host}` }, origin);
    expect(refused.message).toContain(`did not accept the user name and password in ${variable}`);
    expect(refused.message).not.toContain('canary');
  },
);

test('a proxy that refuses the host says so; one that fails may be tried again', async () => {
  const closed = await openProxy({ tunnel: 403 });
  expect(await toFailure({ HTTPS_PROXY: closed.host }, 'https://api.test')).toMatchObject({
    code: 'proxy_refused',
    phase: 'unsent',
    message: expect.stringContaining('refused a connection to api.test (403)'),
  });
  const broken = await openProxy({ tunnel: 502 });
  expect(await toFailure({ HTTPS_PROXY: broken.host }, 'https://api.test')).toMatchObject({
    code: 'UND_ERR_ABORTED',
    phase: 'unsent',
    message: expect.stringContaining(`through the proxy ${broken.host} (HTTPS_PROXY)`),
  });
});

test('a proxy that is down is named, without its password', async () => {
  const failure = await toFailure({ HTTP_PROXY: 'http://me:canary@127.0.0.1:1' }, 'http://a.test');
  expect(failure).toMatchObject({ code: 'ECONNREFUSED', phase: 'unsent' });
  expect(failure.message).toMatch(/, through the proxy 127\.0\.0\.1:1 \(HTTP_PROXY\)$/);
});

test.each([
  'http://me:canary@',
  'socks5://canary:1080',
  'http://me:%zz-canary@p.test',
  'canary:port',
])(
  'no proxy can be reached by %s: the variable is named, the value is not shown',
  async (value) => {
    const failure = await toFailure({ HTTPS_PROXY: value }, 'https://api.test');
    expect(failure).toMatchObject({ code: 'proxy_unusable', phase: 'unsent' });
    expect(failure.message).toMatch(/^HTTPS_PROXY holds no URL of an HTTP proxy\./);
    expect(failure.message).not.toContain('canary');
  },
);

const P = 'http://p.test:3128';
test.each<[origin: string, env: Variables, variable: string | null]>([
  ['https://api.test', {}, null],
  ['https://api.test', { HTTPS_PROXY: P }, 'HTTPS_PROXY'],
  ['https://api.test', { HTTPS_PROXY: P, https_proxy: P }, 'https_proxy'],
  ['https://api.test', { HTTPS_PROXY: P, https_proxy: '' }, null],
  ['https://api.test', { HTTP_PROXY: P }, null],
  ['http://api.test', { HTTP_PROXY: P, HTTPS_PROXY: '' }, 'HTTP_PROXY'],
  ['https://api.test', { HTTPS_PROXY: P, NO_PROXY: '*' }, null],
  ['https://api.test', { HTTPS_PROXY: P, NO_PROXY: 'other.test, API.test' }, null],
  ['https://api.test', { HTTPS_PROXY: P, NO_PROXY: '.test' }, null],
  ['https://api.test', { HTTPS_PROXY: P, NO_PROXY: '*.test' }, null],
  ['https://api.test', { HTTPS_PROXY: P, NO_PROXY: 'i.test,,' }, 'HTTPS_PROXY'],
  ['https://api.test', { HTTPS_PROXY: P, NO_PROXY: 'api.test:443' }, null],
  ['https://api.test', { HTTPS_PROXY: P, NO_PROXY: 'api.test:8443' }, 'HTTPS_PROXY'],
  ['https://api.test', { HTTPS_PROXY: P, NO_PROXY: '*', no_proxy: 'x.test' }, 'HTTPS_PROXY'],
  ['http://localhost:8010', { HTTP_PROXY: P }, null],
  ['http://127.0.0.2', { HTTP_PROXY: P }, null],
  ['http://[::1]:80', { HTTP_PROXY: P }, null],
  ['http://localhost.test', { HTTP_PROXY: P }, 'HTTP_PROXY'],
])('%s with %o uses %s', (origin, env, variable) => {
  expect(proxyFor(origin, env)?.variable ?? null).toBe(variable);
});

test.each([
  ['http://localhost:1', {}],
  ['https://localhost:1', {}],
  ['http://api.test', { HTTP_PROXY: 'http://localhost:1' }],
  ['https://api.test', { HTTPS_PROXY: 'http://localhost:1' }],
])('an address of %s (%o) has seconds for its handshake, not 250 ms', async (origin, env) => {
  const waits: unknown[] = [];
  const connect = net.Socket.prototype.connect;
  vi.spyOn(net.Socket.prototype, 'connect').mockImplementation(function (
    this: net.Socket,
    ...given: unknown[]
  ) {
    const [first] = given.flat() as { autoSelectFamilyAttemptTimeout?: number }[];
    waits.push(first?.autoSelectFamilyAttemptTimeout);
    return Reflect.apply(connect, this, given) as net.Socket;
  });
  expect(await toFailure(env, origin)).toMatchObject({ phase: 'unsent' });
  expect(waits.length).toBeGreaterThan(0);
  expect(new Set(waits)).toEqual(new Set([3000]));
});
