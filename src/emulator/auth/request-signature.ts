import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/**
 * The parts of a request that its signature covers, exactly as they were sent (docs/uploadcare-api.md 1.2).
 */
export interface SignedParts {
  readonly method: string;
  readonly target: string;
  readonly contentType: string;
  readonly date: string;
  readonly body: Buffer | string;
}

/**
 * The signature that a correct request must have: HMAC-SHA1 in lower-case hex (docs/uploadcare-api.md 1.2).
 */
export function expectedSignature(secretKey: string, parts: SignedParts): string {
  const bodyHash = createHash('md5').update(parts.body).digest('hex');
  const text = [parts.method, bodyHash, parts.contentType, parts.date, parts.target].join('\n');
  return createHmac('sha1', secretKey).update(text).digest('hex');
}

/** Compares two texts in constant time, so that the duration does not reveal a part of the signature. */
export function isSameText(left: string, right: string): boolean {
  const [a, b] = [Buffer.from(left), Buffer.from(right)];
  return a.length === b.length && timingSafeEqual(a, b);
}
