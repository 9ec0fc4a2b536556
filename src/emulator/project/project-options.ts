import type { UploadErrorCode } from '../protocol/upload-refusal.ts';
import type { ThrottleOptions } from '../time/throttle-bucket.ts';
import type { Addon, WorkSettings } from '../time/work-plan.ts';

/** Options of a project for uploads. */
export interface UploadProjectOptions {
  /** True if every upload needs a signature or a token (api 11.7); default false. */
  readonly signedUploads?: boolean;
  /**
   * Maximum size of a file in bytes; larger ones get `File size exceeds project limit.`; default
   * none.
   */
  readonly fileSizeLimit?: number;
  /** The meaning of an upload without a store flag (api 11.1: it depends on the account's age). */
  readonly uploadStoreDefault?: 'auto' | '0';
  /**
   * The error with which every upload is refused, e.g. `AccountLimitsExceededError`; default null.
   */
  readonly uploadRefusal?: UploadErrorCode | null;
}

/** Options of a project: its keys, its settings and its seeded files. */
export interface ProjectOptions extends UploadProjectOptions {
  readonly publicKey?: string;
  readonly secretKey?: string;
  /** More secret keys of the project, each as valid as the first; default none. */
  readonly extraSecretKeys?: readonly string[];
  readonly name?: string;
  /** The project's number in webhooks; default 1, 2 … */
  readonly id?: number;
  readonly collaborators?: readonly { readonly name: string; readonly email: string }[];
  /** True if `auto` stores a file (api 2.2); default true. */
  readonly autostore?: boolean;
  /**
   * Storage name to bucket name, the targets of remote copies; default `{ backup: 'backup-bucket'
   * }`.
   */
  readonly remoteTargets?: Readonly<Record<string, string>>;
  /** Number of seeded files; default 0. */
  readonly files?: number;
  /** The same seed gives the same files; default 1. */
  readonly seed?: number | string;
  /** Share of seeded files that are stored; default 0.7. */
  readonly storedShare?: number;
  /** Share of seeded files with metadata; default 0.3. */
  readonly metadataShare?: number;
  /** Age of the first seeded file in ms; default 400 days. */
  readonly oldestAgeMs?: number;
  /** Age of the last seeded file in ms; default one minute. */
  readonly newestAgeMs?: number;
  /** Share of seeded files that share their upload time with others; default 0.01. */
  readonly tiesShare?: number;
  /** Number of files that share one upload time; default 3. */
  readonly tieSize?: number;
  /** Rate limit; default none (api 15.1). */
  readonly throttle?: ThrottleOptions | null;
  /** Time in ms after which an unstored file is removed; default 24 h (api 15.11), null never. */
  readonly unstoredLifetimeMs?: number | null;
  /** Time in ms after which a removed file is purged; default null, never (api 15.10). */
  readonly removedLifetimeMs?: number | null;
  /**
   * Durations and outcomes of copies, conversions and add-ons, by kind; defaults in `WorkOptions`.
   */
  readonly work?: WorkSettings;
  /** Add-ons that answer 403 (api 15.23); default none. */
  readonly deniedAddons?: readonly Addon[];
  /** Share of files in which the virus scan finds a virus; default 0.01. */
  readonly infectedShare?: number;
  /** Conversions that answer 400 (api 7.1); default none. */
  readonly deniedConversions?: readonly ('document' | 'video')[];
  /** False for a plan without webhooks: 403 (api 1.4); default true. */
  readonly webhooks?: boolean;
  /** How long new metadata and appdata are not visible, in ms (api 1.6); default 0. */
  readonly metadataLagMs?: number;
  /** How long lists and `converted_groups` lack a new group, in ms (api 1.6); default 0. */
  readonly groupsLagMs?: number;
  /** How long search lacks a change, in ms (api 5b: up to 15 seconds); default 15,000. */
  readonly searchLagMs?: number;
  /** False: files have no `tags`, as in answers before 2026-06-29; default true. */
  readonly tagsInFiles?: boolean;
}
