import { ClassifiedError } from '../core/failure.ts';
import { present } from '../core/present.ts';
import type { RunId } from '../core/run.ts';
import { WireError, type WireResponse } from '../core/world.ts';
import type { RunStop } from '../engine/run-stop.ts';
import type { ReadOriginal } from '../operations/original-file.ts';
import { classifyWireError } from '../transport/classify-wire-error.ts';
import type { ReadRequest, SendTry } from '../transport/send.ts';
import { DEFAULT_LIMITS } from '../transport/transport-limits.ts';
import { withLogging } from '../transport/with-logging.ts';
import { withRetry } from '../transport/with-retry.ts';
import type { RunContext } from './run-request.ts';
import { toolVersion } from './tool-version.ts';

type Range = Parameters<ReadOriginal>[1];

/** Space for the text of an error, in addition to the bytes of a file. */
const ERROR_BYTES = 65_536;

/** Creates the function that reads files from the CDN. It retries what may succeed later, and follows no redirect. */
export function createOriginalReader(
  context: RunContext,
  { run, runStop }: { readonly run: RunId | null; readonly runStop: RunStop },
): ReadOriginal {
  const { clock, random, http } = context.world;
  const log: Parameters<typeof withLogging>[0] = ({ kind, message, ...line }) => {
    const level = kind === 'answered' ? 'debug' : 'info';
    const fields = { ...(run !== null && { run }), ...present(line) };
    context.log(level, fields, message ?? `CDN request ${kind}`);
  };
  const unreachableMs = context.offlineForMs ?? DEFAULT_LIMITS.unreachableMs;
  const limits = { ...DEFAULT_LIMITS, unreachableMs };
  const onEvent = context.listener;
  const retry = withRetry({ clock, random, limits, log, onEvent, stopSignal: runStop.signal });
  const logged = withLogging(log, clock);
  return async (url, range, signal) => {
    const { origin, pathname } = new URL(url);
    const request: ReadRequest = {
      method: 'GET',
      target: pathname,
      origin,
      mutates: false,
      signal,
    };
    let bytes: Buffer | null = null;
    const attempt: SendTry = async () => {
      runStop.signal.throwIfAborted();
      const answer = await http({
        method: 'GET',
        origin,
        target: pathname,
        headers: {
          'user-agent': `ucbulk/${toolVersion()}`,
          'accept-encoding': 'identity',
          ...(range.length < range.size && {
            range: `bytes=${range.from}-${range.from + range.length - 1}`,
          }),
        },
        body: null,
        // A minute, and the time that the bytes take at 100 kB a second.
        deadlineMs: 60_000 + Math.ceil(range.length / 100),
        maxBytes: range.length + ERROR_BYTES,
        signal,
        mayStart: () => true,
      }).catch((error: unknown) => {
        throw wireFailure(request, error);
      });
      bytes = readAnswer(answer, url, range);
      return { status: answer.status, headers: {}, body: null, requestId: undefined };
    };
    await logged(retry(attempt))(request);
    if (bytes === null) throw new Error('A sent request has an answer');
    return bytes;
  };
}

function wireFailure(request: ReadRequest, error: unknown): unknown {
  if (!(error instanceof WireError)) return error;
  if (error.code !== 'too_large') return classifyWireError(request, error);
  return refused(
    'original_size',
    `${request.origin}${request.target} has more bytes than the file`,
  );
}

/** The bytes of a complete answer. Throws the failure of any other one. */
function readAnswer(
  { status, headers, body, bytes }: WireResponse,
  url: string,
  range: Range,
): Buffer {
  if (status !== 200 && status !== 206) throw statusFailure(status, url);
  const got = bytes ?? Buffer.from(body, 'utf8');
  const isWhole = status === 200;
  const total = isWhole ? got.length : Number(/\/(\d+)$/.exec(headers['content-range'] ?? '')?.[1]);
  const wanted = isWhole ? range.size : range.length;
  if (got.length !== wanted || total !== range.size) {
    throw refused(
      'original_size',
      `${url} has ${total} bytes (${got.length} arrived), but the file has ${range.size}. If \`cdn\` is set, correct it`,
    );
  }
  return isWhole ? got.subarray(range.from, range.from + range.length) : got;
}

function statusFailure(status: number, url: string): ClassifiedError {
  if (status >= 500 || status === 429 || status === 408) {
    return new ClassifiedError({
      kind: 'transient',
      effect: 'none',
      code: `cdn_${status}`,
      message: `${status} on GET ${url}: the CDN is busy, or has failed`,
      status,
    });
  }
  const why = WHY[status] ?? 'the CDN does not give out the file';
  return refused(`cdn_${status}`, `${status} on GET ${url}: ${why}`, status);
}

const WHY: Readonly<Record<number, string>> = {
  401: 'the CDN gives out files only with a token. Name an address without it with `cdn`',
  403: 'the CDN gives out files only with a token. Name an address without it with `cdn`',
  404: 'the CDN does not have the file',
};

function refused(code: string, message: string, status?: number): ClassifiedError {
  const facts = { kind: 'permanent', effect: 'none', code, message } as const;
  return new ClassifiedError({ ...facts, ...present({ status }) });
}
