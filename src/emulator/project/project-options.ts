import type { UploadErrorCode } from '../protocol/upload-refusal.ts';
import type { ThrottleOptions } from '../time/throttle-bucket.ts';
import type { Addon, WorkSettings } from '../time/work-plan.ts';

/** How a project takes uploads; part of a project's options. */
export interface UploadProjectOptions {
  /** True if every upload needs a signature or a token (api 11.7); default false. */
  readonly signedUploads?: boolean;
  /** The largest file in bytes, else `File size exceeds project limit.`; default none. */
  readonly fileSizeLimit?: number;
  /** What an upload without a store flag means (api 11.1: it depends on the account's age). */
  readonly uploadStoreDefault?: 'auto' | '0';
  /** Refuses every upload so, e.g. `AccountLimitsExceededError`; default null. */
  readonly uploadRefusal?: UploadErrorCode | null;
}

/** One project: its keys, what the service knows of it and the files it starts with. */
export interface ProjectOptions extends UploadProjectOptions {
  readonly publicKey?: string;
  readonly secretKey?: string;
  /** Further secret keys of the project, each as good as the first; default none. */
  readonly extraSecretKeys?: readonly string[];
  readonly name?: string;
  /** The project's number in webhooks; default 1, 2 … */
  readonly id?: number;
  readonly collaborators?: readonly { readonly name: string; readonly email: string }[];
  /** True if `auto` stores a file (api 2.2); default true. */
  readonly autostore?: boolean;
  /** Storage name to bucket name, the targets of remote copies; default `{ backup: 'backup-bucket' }`. */
  readonly remoteTargets?: Readonly<Record<string, string>>;
  /** How many seeded files; default 0. */
  readonly files?: number;
  /** Same seed, same files; default 1. */
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
  /** How many files share it; default 3. */
  readonly tieSize?: number;
  /** Default: not throttled (api 15.1). */
  readonly throttle?: ThrottleOptions | null;
  /** After how many ms an unstored file is removed; default 24 h (api 15.11), null never. */
  readonly unstoredLifetimeMs?: number | null;
  /** After how many ms a removed file is purged; default null, never (api 15.10). */
  readonly removedLifetimeMs?: number | null;
  /** Durations and ends of copies, conversions and add-ons, by kind; see WorkOptions for defaults. */
  readonly work?: WorkSettings;
  /** Add-ons this project may not use: 403 (api 15.23); default none. */
  readonly deniedAddons?: readonly Addon[];
  /** Share of files in which the virus scan finds something; default 0.01. */
  readonly infectedShare?: number;
  /** Conversions this project may not use: 400 (api 7.1); default none. */
  readonly deniedConversions?: readonly ('document' | 'video')[];
  /** False for a plan without webhooks: 403 (api 1.4); default true. */
  readonly webhooks?: boolean;
  /** How long metadata and appdata that were written stay invisible, in ms (api 1.6); default 0. */
  readonly metadataLagMs?: number;
  /** How long a new group stays out of lists and out of `converted_groups`, in ms (api 1.6); default 0. */
  readonly groupsLagMs?: number;
  /** How long search does not know of a change, in ms (api 5b: up to 15 seconds); default 15,000. */
  readonly searchLagMs?: number;
  /** False for files without `tags`, as answers before 2026-06-29 had them; default true. */
  readonly tagsInFiles?: boolean;
}
