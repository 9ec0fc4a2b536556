import type { ObjectFacts } from './bucket.ts';

/** The facts that show what an ETag means. A listing does not show the encryption. */
type Tagged = Pick<ObjectFacts, 'etag'> & Partial<Pick<ObjectFacts, 'encryption'>>;

/** True if the object is encrypted with a key of KMS. Its ETag is then no checksum (AWS S3 API Reference, "Object"). */
export function hasKmsKey({ encryption }: Tagged): boolean {
  return /kms/.test(encryption ?? '');
}

/** The MD5 of the bytes of an object. Null if its ETag is no MD5, because it was sent in parts or has a key of KMS. */
export function etagMd5(object: Tagged): string | null {
  const { etag } = object;
  return etag !== null && /^[0-9a-f]{32}$/.test(etag) && !hasKmsKey(object) ? etag : null;
}
