import { bodyDeadline } from '../core/body-deadline.ts';
import { ClassifiedError } from '../core/failure.ts';
import { present } from '../core/present.ts';
import { WireError, type WireResponse } from '../core/world.ts';
import type { ReadOriginal } from '../operations/original-file.ts';
import { classifyWireError } from '../transport/classify-wire-error.ts';
import { createRepeatableSend, type RepeatableEnvironment } from '../transport/repeatable-send.ts';
import type { ReadRequest } from '../transport/send.ts';

type Range = Parameters<ReadOriginal>[1];

/** Space for the text of an error, in addition to the bytes of a file. */
const ERROR_BYTES = 65_536;

/** Creates the function that reads files from the CDN. It retries what may succeed later, and follows no redirect. */
export function createOriginalReader(env: RepeatableEnvironment): ReadOriginal {
  const sendRepeatable = createRepeatableSend(env);
  return async (url, range, signal) => {
    const { origin, pathname: target } = new URL(url);
    const request: ReadRequest = { method: 'GET', target, origin, mutates: false, signal };
    const { from, length, size } = range;
    const { bytes } = await sendRepeatable(request, async () => {
      const answer = await env.world
        .http({
          method: 'GET',
          origin,
          target,
          headers: {
            'user-agent': env.userAgent,
            'accept-encoding': 'identity',
            ...(length < size && { range: `bytes=${from}-${from + length - 1}` }),
          },
          body: null,
          deadlineMs: bodyDeadline(length),
          maxBytes: length + ERROR_BYTES,
          signal,
          mayStart: () => true,
        })
        .catch((error: unknown) => {
          throw wireFailure(request, error);
        });
      return { status: answer.status, bytes: readAnswer(answer, url, range) };
    });
    return bytes;
  };
}

function wireFailure(request: ReadRequest, error: unknown): unknown {
  if (!(error instanceof WireError)) return error;
  if (error.code !== 'too_large') return classifyWireError(request, error);
  const url = `${request.origin}${request.target}`;
  const message = `GET ${url}: more bytes than the file has. If \`cdn\` is set, correct it`;
  return temporary('original_size', message, 200);
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
    if (!isFromCdn(headers, got.length)) throw cutAnswer(status, url, got.length);
    throw refused(
      'original_size',
      `${url} has ${total} bytes (${got.length} arrived), but the file has ${range.size}. If \`cdn\` is set, correct it`,
    );
  }
  return isWhole ? got.subarray(range.from, range.from + range.length) : got;
}

/** False for an answer that was cut, and for the page of a proxy: the next answer may be the file. */
function isFromCdn(headers: WireResponse['headers'], length: number): boolean {
  const isPage = (headers['content-type'] ?? '').startsWith('text/html');
  return Number(headers['content-length']) === length && !isPage;
}

function cutAnswer(status: number, url: string, length: number): ClassifiedError {
  const message = `${status} on GET ${url}: the answer was cut, or a proxy has answered: ${length} bytes arrived`;
  return temporary('cut_answer', message, status);
}

function statusFailure(status: number, url: string): ClassifiedError {
  const isRedirect = status >= 300 && status < 400;
  if (isRedirect || status >= 500 || status === 429 || status === 408) {
    const why = isRedirect
      ? 'a redirect, which ucbulk never follows. Check `cdn`'
      : 'the CDN is busy, or has failed';
    return temporary(`cdn_${status}`, `${status} on GET ${url}: ${why}`, status);
  }
  const why = WHY[status] ?? 'the CDN does not give out the file';
  return refused(`cdn_${status}`, `${status} on GET ${url}: ${why}`, status);
}

const WHY: Readonly<Record<number, string>> = {
  401: 'the CDN gives out files only with a token. Name an address without it with `cdn`',
  403: 'the CDN gives out files only with a token. Name an address without it with `cdn`',
  404: 'the CDN does not have the file',
};

/** A failure after which the request is sent again. */
function temporary(code: string, message: string, status: number): ClassifiedError {
  return new ClassifiedError({ kind: 'transient', effect: 'none', code, message, status });
}

function refused(code: string, message: string, status?: number): ClassifiedError {
  const facts = { kind: 'permanent', effect: 'none', code, message } as const;
  return new ClassifiedError({ ...facts, ...present({ status }) });
}
