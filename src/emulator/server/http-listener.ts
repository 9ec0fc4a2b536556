import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { EmulatorRequest, EmulatorResponse } from '../protocol/emulator-request.ts';
import { bodyLimit, bodyTooLarge } from './body-limits.ts';

const SLOW_STEPS = 10;

/** The address to listen on. Default: 127.0.0.1 and a free port. */
export interface ListenOptions {
  readonly host?: string;
  readonly port?: number;
}

/** An emulator that listens for requests. `close` also closes the connections that are still open. */
export interface ListeningEmulator {
  readonly origin: string;
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Starts an HTTP server with keep-alive that answers each request with `handle`. If an answer contains a
 * connection fault, the server carries it out.
 */
export async function serveHttp(
  handle: (request: EmulatorRequest) => EmulatorResponse,
  { host = '127.0.0.1', port = 0 }: ListenOptions = {},
): Promise<ListeningEmulator> {
  const timers = new Set<NodeJS.Timeout>();
  const server = createServer({ keepAliveTimeout: 60_000 }, (incoming, outgoing) => {
    readBody(incoming, (body) => {
      const response =
        body === null
          ? bodyTooLarge(toRequest(incoming, Buffer.alloc(0)))
          : handleSafely(handle, toRequest(incoming, body));
      answer(response, outgoing, timers);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const bound = (server.address() as AddressInfo).port;
  return {
    origin: `http://${host.includes(':') ? `[${host}]` : host}:${bound}`,
    port: bound,
    close: () =>
      new Promise((resolve, reject) => {
        for (const timer of timers) clearTimeout(timer);
        server.close((error) => (error ? reject(error) : resolve()));
        server.closeAllConnections();
      }),
  };
}

// Turns an error from a bug in the emulator into an answer. So only the request that caused it fails.
function handleSafely(
  handle: (request: EmulatorRequest) => EmulatorResponse,
  request: EmulatorRequest,
): EmulatorResponse {
  try {
    return handle(request);
  } catch (error) {
    const stack = error instanceof Error ? error.stack : String(error);
    const headers = { 'content-type': 'text/plain; charset=utf-8' };
    return { status: 500, headers, body: `A bug in the emulator: ${stack}\n` };
  }
}

function readBody(incoming: IncomingMessage, done: (body: Buffer | null) => void): void {
  const limit = bodyLimit(incoming.url ?? '/');
  const chunks: Buffer[] = [];
  let size = 0;
  incoming.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size <= limit) chunks.push(chunk);
  });
  incoming.on('end', () => done(size > limit ? null : Buffer.concat(chunks)));
}

function toRequest(incoming: IncomingMessage, body: Buffer): EmulatorRequest {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return {
    method: incoming.method ?? 'GET',
    target: incoming.url ?? '/',
    headers,
    body,
    remote: { address: incoming.socket.remoteAddress },
    isHttps: false,
  };
}

function answer(
  response: EmulatorResponse,
  outgoing: ServerResponse,
  timers: Set<NodeJS.Timeout>,
): void {
  const { fault } = response;
  if (fault?.kind === 'hang') return;
  if (fault?.kind === 'reset') {
    outgoing.socket?.resetAndDestroy();
    return;
  }
  if (fault?.kind === 'delay') {
    later(timers, fault.ms, () => send(response, outgoing, timers));
    return;
  }
  send(response, outgoing, timers);
}

function send(
  response: EmulatorResponse,
  outgoing: ServerResponse,
  timers: Set<NodeJS.Timeout>,
): void {
  const { fault } = response;
  const body = Buffer.from(response.body);
  // Node.js must not add a Date header, because it would show real time instead of emulated time.
  outgoing.sendDate = false;
  const hasBody = response.status !== 204;
  const length = hasBody ? { 'content-length': String(body.length) } : {};
  // The answer to a HEAD request has no body, but its `content-length` must be that of the answer to GET.
  outgoing.writeHead(response.status, { ...length, ...response.headers });
  if (fault?.kind === 'truncate') {
    outgoing.write(body.subarray(0, fault.keepBytes), () => outgoing.socket?.destroy());
    return;
  }
  if (fault?.kind === 'slow') drip(body, outgoing, { timers, ms: fault.ms });
  else outgoing.end(body);
}

function drip(
  body: Buffer,
  outgoing: ServerResponse,
  { timers, ms }: { timers: Set<NodeJS.Timeout>; ms: number },
): void {
  const size = Math.ceil(body.length / SLOW_STEPS);
  outgoing.write(body.subarray(0, size));
  const rest = body.subarray(size);
  if (rest.length === 0) outgoing.end();
  else {
    const left = { timers, ms: (ms * (SLOW_STEPS - 1)) / SLOW_STEPS };
    later(timers, ms / SLOW_STEPS, () => drip(rest, outgoing, left));
  }
}

function later(timers: Set<NodeJS.Timeout>, ms: number, action: () => void): void {
  const timer = setTimeout(() => {
    timers.delete(timer);
    action();
  }, ms);
  timers.add(timer);
}
