import type { UploadErrorCode } from '../protocol/upload-refusal.ts';
import type { ThrottleOptions } from '../time/throttle-bucket.ts';
import type { Addon, WorkSettings } from '../time/work-plan.ts';

/** The options of a project that concern uploads. */
export interface UploadProjectOptions {
  /** If true, every upload must have a signature or a token (docs/uploadcare-api.md 11.7). Default false. */
  readonly signedUploads?: boolean;
  /**
   * Maximum size of a file in bytes. A larger file is refused with `File size exceeds project limit.`
   * Default: no limit.
   */
  readonly fileSizeLimit?: number;
  /**
   * The meaning of an upload that does not say if the file is stored: `auto`, or `0` (not stored). At the
   * real service, this depends on the age of the account (docs/uploadcare-api.md 11.1).
   */
  readonly uploadStoreDefault?: 'auto' | '0';
  /** If set, every upload is refused with this error, e.g. `AccountLimitsExceededError`. Default null. */
  readonly uploadRefusal?: UploadErrorCode | null;
}

/** Options of a project: its keys, its settings, and the files that are generated from its seed. */
export interface ProjectOptions extends UploadProjectOptions {
  readonly publicKey?: string;
  readonly secretKey?: string;
  /** More secret keys of the project, all of them valid. Default: none. */
  readonly extraSecretKeys?: readonly string[];
  readonly name?: string;
  /**
   * The number that identifies the project in webhook deliveries. Default: 1 for the first project, 2 for the
   * second, and so on.
   */
  readonly id?: number;
  readonly collaborators?: readonly { readonly name: string; readonly email: string }[];
  /**
   * The meaning of the value `auto` in uploads and copies. True: the file is stored. False: the file is not
   * stored, so it expires (docs/uploadcare-api.md 2.2). Default true.
   */
  readonly autostore?: boolean;
  /**
   * Targets of remote copies: maps the name of a storage to its bucket. Default `{ backup: 'backup-bucket'
   * }`.
   */
  readonly remoteTargets?: Readonly<Record<string, string>>;
  /** Number of files to generate from the seed. Default 0. */
  readonly files?: number;
  /** The same seed always generates the same files. Default 1. */
  readonly seed?: number | string;
  /** Share of generated files that are stored, from 0 to 1. Default 0.7. */
  readonly storedShare?: number;
  /** Share of generated files that have metadata, from 0 to 1. Default 0.3. */
  readonly metadataShare?: number;
  /** Age of the oldest generated file in ms. Default: 400 days. */
  readonly oldestAgeMs?: number;
  /** Age of the newest generated file in ms. Default: one minute. */
  readonly newestAgeMs?: number;
  /** Share of generated files that have the same upload time as other generated files. Default 0.01. */
  readonly tiesShare?: number;
  /** Number of files that have the same upload time, among the files of `tiesShare`. Default 3. */
  readonly tieSize?: number;
  /**
   * The rate limit. Default: none, because the limits of the real service are unknown (docs/uploadcare-api.md
   * 15.1).
   */
  readonly throttle?: ThrottleOptions | null;
  /**
   * Time in ms after which the service removes a file that was never stored. Null means never. Default: 24
   * hours (docs/uploadcare-api.md 15.11).
   */
  readonly unstoredLifetimeMs?: number | null;
  /**
   * Time in ms after which a removed file is purged: it disappears completely. Null means never. Default null
   * (docs/uploadcare-api.md 15.10).
   */
  readonly removedLifetimeMs?: number | null;
  /**
   * How long copies, conversions and add-ons take and how they end, for each kind of work. See `WorkOptions`
   * for the defaults.
   */
  readonly work?: WorkSettings;
  /**
   * Add-ons that the project's pricing plan does not include. Starting one answers 403
   * (docs/uploadcare-api.md 15.23). Default: none.
   */
  readonly deniedAddons?: readonly Addon[];
  /** Share of files in which the virus scan finds a virus, from 0 to 1. Default 0.01. */
  readonly infectedShare?: number;
  /**
   * Kinds of conversion that the project may not use. Starting one answers 400 (docs/uploadcare-api.md 7.1).
   * Default: none.
   */
  readonly deniedConversions?: readonly ('document' | 'video')[];
  /**
   * False if the project's pricing plan has no webhooks. Webhook requests then answer 403
   * (docs/uploadcare-api.md 1.4). Default true.
   */
  readonly webhooks?: boolean;
  /** Time in ms until reads show new metadata and appdata (docs/uploadcare-api.md 1.6). Default 0. */
  readonly metadataLagMs?: number;
  /**
   * Time in ms until lists and `converted_groups` show a new group (docs/uploadcare-api.md 1.6). Default 0.
   */
  readonly groupsLagMs?: number;
  /**
   * Time in ms until search results show a change. The real service takes up to 15 seconds
   * (docs/uploadcare-api.md 5b). Default 15,000.
   */
  readonly searchLagMs?: number;
  /**
   * If false, files have no field `tags`, like answers of the real service before 2026-06-29. Default true.
   */
  readonly tagsInFiles?: boolean;
}
