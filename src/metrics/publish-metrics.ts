import { lstat } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { errorMessage } from '../core/error-message.ts';
import { UserError } from '../core/user-error.ts';
import type { Clock } from '../core/world.ts';
import { type AtomicFile, createAtomicFile } from '../report/atomic-file.ts';

/** The places at which ucbulk publishes the metrics of a run. */
export interface MetricTargets {
  /** Address of an HTTP server that answers `GET /metrics`. */
  readonly address?: { readonly host: string; readonly port: number } | undefined;
  /** Absolute path of a file that is replaced every 15 s and at the end. */
  readonly file?: string | undefined;
}

export interface MetricOptions {
  readonly clock: Clock;
  readonly newId: () => string;
  /** Returns the current metrics; null before the run has begun. */
  readonly read: () => Promise<string | null>;
  /** Prints a warning. */
  readonly warn: (text: string) => void;
}

export interface PublishedMetrics {
  /** Writes the file a last time, and closes the server. */
  close(): Promise<void>;
}

const WRITE_EVERY_MS = 15_000;
const CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/**
 * Publishes metrics until it is closed. Throws a `UserError` if it can't begin. Later failures print a warning,
 * because metrics must never stop a run.
 */
export async function publishMetrics(
  { address, file }: MetricTargets,
  options: MetricOptions,
): Promise<PublishedMetrics> {
  const ended = new AbortController();
  if (file !== undefined) await checkFile(file, options);
  const write = file === undefined ? null : createWriter(file, options);
  const server = address === undefined ? null : await listen(address, options);
  const writing = write === null ? null : writeAgain(write, options.clock, ended.signal);
  return {
    async close() {
      ended.abort();
      await writing;
      await write?.();
      server?.closeAllConnections();
      server?.close();
    },
  };
}

async function writeAgain(
  write: () => Promise<void>,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    await clock.sleep(WRITE_EVERY_MS, signal).catch(() => undefined);
    if (!signal.aborted) await write();
  }
}

/**
 * Throws a `UserError` if the file can't be written. Leaves it unchanged: a command that starts no run must not
 * remove the numbers of the last one.
 */
async function checkFile(path: string, { newId }: MetricOptions): Promise<void> {
  try {
    const facts = await lstat(path).catch(() => null);
    if (facts !== null && !facts.isFile()) throw new Error(`${path} is not a file`);
    const file = await createMetricsFile(path, newId());
    await file.discard();
  } catch (error) {
    throw notPublished(
      `The metrics can't be written: ${errorMessage(error)}. Choose another --metrics-file.`,
      error,
    );
  }
}

/** Everybody may read the file, because the node exporter of Prometheus has a user of its own. */
function createMetricsFile(path: string, id: string): Promise<AtomicFile> {
  return createAtomicFile({ path, mode: 0o644, id });
}

/** Returns a function that replaces the file. The first failure prints a warning. */
function createWriter(path: string, { read, newId, warn }: MetricOptions) {
  let hasFailed = false;
  return async (): Promise<void> => {
    try {
      const text = await read();
      if (text === null) return;
      const file = await createMetricsFile(path, newId());
      try {
        await file.write(Buffer.from(text));
        await file.commit();
      } finally {
        await file.discard();
      }
    } catch (error) {
      const message = `The metrics can't be written: ${errorMessage(error)}.`;
      if (!hasFailed) warn(`${message} The run continues without them.`);
      hasFailed = true;
    }
  };
}

async function listen(
  { host, port }: { readonly host: string; readonly port: number },
  { read }: MetricOptions,
): Promise<Server> {
  const server = createServer((request, response) => {
    if (request.method !== 'GET' || request.url !== '/metrics') {
      response.writeHead(404).end('The metrics are at /metrics\n');
      return;
    }
    read().then(
      (text) => response.writeHead(200, { 'content-type': CONTENT_TYPE }).end(text ?? ''),
      (error: unknown) => response.writeHead(500).end(`${errorMessage(error)}\n`),
    );
  });
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(port, host, resolve);
    });
  } catch (error) {
    throw notPublished(
      `The metrics can't be served: ${errorMessage(error)}. Choose another --metrics-addr.`,
      error,
    );
  }
  server.on('error', () => undefined);
  return server;
}

function notPublished(message: string, cause: unknown): UserError {
  return new UserError('configuration', message, { cause });
}
