import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** The parts that a signature covers, as they were sent (api 1.2). */
export interface SignedParts {
  readonly method: string;
  readonly target: string;
  readonly contentType: string;
  readonly date: string;
  readonly body: Buffer | string;
}

/** The expected HMAC-SHA1 in lower-case hex (api 1.2, verified there). */
export function expectedSignature(secretKey: string, parts: SignedParts): string {
  const bodyHash = createHash('md5').update(parts.body).digest('hex');
  const text = [parts.method, bodyHash, parts.contentType, parts.date, parts.target].join('\n');
  return createHmac('sha1', secretKey).update(text).digest('hex');
}

/** Compares in constant time. */
export function isSameText(left: string, right: string): boolean {
  const [a, b] = [Buffer.from(left), Buffer.from(right)];
  return a.length === b.length && timingSafeEqual(a, b);
}
