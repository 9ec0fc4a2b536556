import type { Observed } from './s3-cases.ts';

/** A difference between the emulator and OpenStack Swift. */
interface KnownDifference {
  readonly emulator: Observed;
  readonly swift: Observed;
  readonly reason: string;
}

/** The differences that are allowed, by the name of the case. */
export const KNOWN_DIFFERENCES: Readonly<Record<string, KnownDifference>> = {
  'a body that is not the signed one': {
    emulator: { status: 400, code: 'XAmzContentSHA256Mismatch' },
    swift: { status: 400, code: 'BadDigest' },
    reason: 'The emulator has the code of Amazon S3.',
  },
  'an unknown key': {
    emulator: { status: 403, code: 'InvalidAccessKeyId' },
    swift: { status: 403, code: 'SignatureDoesNotMatch' },
    reason:
      'Swift does not distinguish unknown keys from wrong secrets. The emulator does, as Amazon S3.',
  },
  'no signature': {
    emulator: { status: 403, code: 'AccessDenied' },
    swift: { status: 400 },
    reason: 'Swift takes a request without a signature for one to its own API.',
  },
  'a presigned GET of the next hour': {
    emulator: { status: 403, code: 'AccessDenied' },
    swift: { status: 200 },
    reason: 'Swift accepts URLs whose time is in the future. The emulator does not, as Amazon S3.',
  },
};
