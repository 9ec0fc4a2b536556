import { ClassifiedError } from '../core/failure.ts';
import type { WireResponse } from '../core/world.ts';
import type { ObjectFacts } from './bucket.ts';
import { dispositionName } from './disposition-name.ts';
import { unquoted } from './list-answer.ts';

/** The bytes of an object that a request asks for. */
export interface AskedBytes {
  readonly from: number;
  readonly length: number;
  /** The version; null if the server reports none. */
  readonly etag: string | null;
}

/** The facts about an object in the headers of an answer. */
export function factsOf({ headers }: WireResponse): ObjectFacts {
  const size = Number(headers['content-length'] ?? Number.NaN);
  return {
    size,
    etag: unquoted(headers['etag']),
    contentType: headers['content-type'] ?? null,
    filename: dispositionName(headers['content-disposition'] ?? ''),
    metadata: Object.fromEntries(
      Object.entries(headers).flatMap(([name, value]) => {
        const key = /^x-amz-meta-(.+)$/.exec(name)?.[1];
        return key === undefined ? [] : [[key, value]];
      }),
    ),
    encryption: headers['x-amz-server-side-encryption'] ?? null,
  };
}

/** The bytes of an answer. */
export function bytesOf({ bytes, body }: WireResponse): Buffer {
  return bytes ?? Buffer.from(body, 'utf8');
}

/** The failure of an answer that does not come from a server with the protocol of S3. Perhaps the next one does. */
export function notS3(place: string, { status, body }: WireResponse): ClassifiedError {
  const isPage = /^\s*<(?:!doctype )?html/i.test(body);
  const what = isPage ? 'a web page' : 'an answer that is cut, or not in the protocol of S3';
  return new ClassifiedError({
    kind: 'transient',
    effect: 'none',
    code: 'not_s3',
    message: `${status} from ${place}: the server answered with ${what}. Check \`endpoint\`, and any proxy on the way, then resume the run`,
    status,
    fatalCause: 'service',
  });
}

/**
 * Finds a fault in the bytes of an object. The request names range and version, but a server may ignore both, and a
 * proxy may answer with another range. Null if the answer has exactly the bytes that the request asked for.
 */
export function faultInBytes(
  place: string,
  answer: WireResponse,
  { from, length, etag }: AskedBytes,
): ClassifiedError | null {
  const { status, headers } = answer;
  const got = bytesOf(answer).length;
  const version = unquoted(headers['etag']);
  if (etag !== null && version !== null && version !== etag) {
    return refused('changed', `${place} changed after it was listed. Run the job again`);
  }
  if (status === 200 && (from > 0 || got > length)) {
    return refused(
      'no_ranges',
      `The server sent the whole object ${place} and not the part that ucbulk asked for. Import it with \`uses: import-url\``,
    );
  }
  const range = headers['content-range'];
  const isOther = range !== undefined && !range.startsWith(`bytes ${from}-${from + length - 1}/`);
  if (got === length && !isOther) return null;
  const what = isOther && got === length ? `other bytes (${range})` : `${got} bytes`;
  return new ClassifiedError({
    kind: 'transient',
    effect: 'none',
    code: 'cut_answer',
    message: `The server sent ${what} of ${place} instead of ${length} from byte ${from}`,
  });
}

function refused(code: string, message: string): ClassifiedError {
  return new ClassifiedError({ kind: 'permanent', effect: 'none', code, message });
}
