import { createHmac, timingSafeEqual } from 'node:crypto';

const HEADER = /^v1=([0-9a-f]{64})$/i;

/**
 * Checks that a request to a webhook comes from Uploadcare, not from somebody else. Its `X-Uc-Signature`
 * header must contain the HMAC-SHA256 of the body, made with the secret of the webhook. `rawBody` must
 * contain the exact bytes of the body. The comparison takes the same time for every wrong signature, so an
 * attacker can't find the right one by measuring the time.
 */
export function verifyWebhook(
  rawBody: string | Uint8Array,
  header: string | null | undefined,
  secret: string,
): boolean {
  const [, given] = HEADER.exec(header?.trim() ?? '') ?? [];
  if (given === undefined || secret === '') return false;
  const expected = createHmac('sha256', secret).update(rawBody).digest();
  return timingSafeEqual(expected, Buffer.from(given, 'hex'));
}
