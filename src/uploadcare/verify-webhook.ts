import { createHmac, timingSafeEqual } from 'node:crypto';

const HEADER = /^v1=([0-9a-f]{64})$/i;

/**
 * True if a delivery is signed with the webhook's secret. Compares the HMAC-SHA256 of the exact
 * bytes of the body with the `X-Uc-Signature` header, in the same time for every wrong signature.
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
