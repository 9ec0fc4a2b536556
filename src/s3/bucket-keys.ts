import type { Files } from '../core/world.ts';

/** Keys for requests to a bucket. */
export interface BucketKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  /** When the keys end, ms since 1970. Absent if they do not. */
  readonly expiresAt?: number;
}

/** The places from which keys are read. */
export interface KeySources {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly files: Pick<Files, 'readText'>;
  readonly now: () => number;
  readonly home: string;
}
