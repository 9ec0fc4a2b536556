import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { errorMessage } from '../core/error-message.ts';
import { UserError } from '../core/user-error.ts';
import type { Clock } from '../core/world.ts';
import { createPageHtml, type PageAssets } from '../page-data/page-html.ts';
import type { Answer, Backend } from './backend.ts';
import { checkCommand, checkHost, checkRequest } from './check-request.ts';
import { EventStreams } from './event-streams.ts';
import { parseCommand, parseEventsPath, parseQuestion, RequestRefused } from './parse-request.ts';
import { Session } from './session.ts';

/** The only address at which the server listens. */
const HOST = '127.0.0.1';
/** The largest body of a command, bytes. */
const MAX_BODY = 200_000;
/** How long open answers may take after the server was closed, ms. */
const CLOSE_MS = 2000;

/** Headers of every answer. */
const HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

/** Options of the server of the page. */
export interface PageServerOptions {
  /** 0 takes any free port. */
  readonly port: number;
  /** True if the page may change runs. */
  readonly canControl: boolean;
  readonly backend: Backend;
  readonly assets: PageAssets;
  readonly clock: Clock;
}

/** A server of the page that listens. */
export interface PageServer {
  /** The address with the token. Whoever knows it has access. */
  readonly address: string;
  close(): Promise<void>;
}

/** Serves the page of the runs at 127.0.0.1. Throws a `UserError` if the port is not free. */
export async function startPageServer(options: PageServerOptions): Promise<PageServer> {
  const server = createServer();
  await listen(server, options.port);
  const handler = new PageHandler(options);
  server.on('request', (request, response) => void handler.handle(request, response));
  server.on('error', () => undefined);
  const { port } = server.address() as AddressInfo;
  return {
    address: `http://${HOST}:${port}/?token=${handler.session.token}`,
    close: async () => {
      handler.streams.close();
      await close(server, options.clock);
      await options.backend.close();
    },
  };
}

async function listen(server: Server, port: number): Promise<void> {
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(port, HOST, resolve);
    });
  } catch (error) {
    throw notServed(port, error);
  }
}

function notServed(port: number, cause: unknown): UserError {
  const why = /EADDRINUSE/.test(errorMessage(cause))
    ? 'another program uses it'
    : errorMessage(cause);
  return new UserError(
    'configuration',
    `The page can't be served at ${HOST}:${port}: ${why}. Choose another --port, or leave it out for any free port.`,
    { cause },
  );
}

/** Lets open answers end, and then closes all connections. */
async function close(server: Server, clock: Clock): Promise<void> {
  const isClosed = new AbortController();
  const closed = new Promise<void>((resolve) => {
    server.close(() => {
      isClosed.abort();
      resolve();
    });
  });
  server.closeIdleConnections();
  await clock.sleep(CLOSE_MS, isClosed.signal).catch(() => undefined);
  server.closeAllConnections();
  await closed;
}

class PageHandler {
  readonly session = new Session();
  readonly streams: EventStreams;
  readonly #options: PageServerOptions;

  constructor(options: PageServerOptions) {
    this.#options = options;
    this.streams = new EventStreams(options.backend, options.clock);
  }

  /** Answers a request. Never throws. */
  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
    try {
      await this.#answer(request, response);
    } catch (error) {
      const status = error instanceof RequestRefused ? error.status : 500;
      if (!response.headersSent) {
        sendText(response, status, JSON.stringify({ error: errorMessage(error) }));
      }
    }
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    checkHost(request.headers.host ?? '');
    const url = parseTarget(request.url ?? '');
    const token = url.pathname === '/' ? url.searchParams.get('token') : null;
    if (request.method === 'GET' && token !== null && this.session.isToken(token)) {
      const { folder, cookie } = this.session;
      response.writeHead(303, { location: folder, 'set-cookie': cookie }).end();
      return;
    }
    checkRequest(request, url.pathname, this.session);
    url.pathname = url.pathname.slice(this.session.folder.length - 1);
    switch (request.method) {
      case 'GET':
        return this.#get(url, response);
      case 'POST':
        return this.#post(url, request, response);
      default:
        response.setHeader('allow', 'GET, POST');
        throw new RequestRefused(405, 'This server knows only GET and POST.');
    }
  }

  async #get(url: URL, response: ServerResponse): Promise<void> {
    const { backend } = this.#options;
    if (url.pathname === '/') return this.#sendPage(response);
    const followed = parseEventsPath(url.pathname);
    if (followed !== undefined) return this.streams.open(response, followed);
    const question = parseQuestion(url);
    if (question === null) throw new RequestRefused(404, 'There is nothing at this address.');
    sendAnswer(response, await backend.answer(question));
  }

  async #post(url: URL, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { backend, canControl } = this.#options;
    checkCommand(request, canControl);
    const command = parseCommand(url.pathname, await readBody(request));
    if (command === null) throw new RequestRefused(404, 'There is nothing at this address.');
    sendAnswer(response, await backend.answer(command));
  }

  async #sendPage(response: ServerResponse): Promise<void> {
    const { backend, assets, canControl } = this.#options;
    const origins = await backend.answer({ ask: 'origins' });
    const pictures = origins.ok ? (JSON.parse(origins.text) as string[]) : [];
    const start = { mode: 'live', canControl, report: null, gallery: null } as const;
    const { html, policy } = createPageHtml(assets, start, { pictures, asks: 'own' });
    response.setHeader('content-security-policy', `${policy}; frame-ancestors 'none'`);
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(html);
  }
}

function parseTarget(target: string): URL {
  try {
    return new URL(target, `http://${HOST}`);
  } catch (error) {
    const refused = new RequestRefused(400, 'This is not an address.');
    refused.cause = error;
    return refuse(refused);
  }
}

function refuse(error: RequestRefused): never {
  throw error;
}

/** Reads the body of a command. */
async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY) throw new RequestRefused(413, 'The command is too long.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function sendAnswer(response: ServerResponse, answer: Answer): void {
  if (answer.ok) sendText(response, 200, answer.text);
  else sendText(response, answer.status, JSON.stringify({ error: answer.error }));
}

/** Sends JSON that is already a text. */
function sendText(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(text);
}
