import type { UrlSource } from './registered-urls.ts';

/** How long the steps of an import take by the emulator's clock (api 11.5). */
export interface ImportTiming {
  /** How long a new token is `unknown`; default 0. */
  readonly unknownMs?: number;
  /** How long it is `waiting` then; default 200. */
  readonly waitingMs?: number;
  /** How long it is in `progress` then; default 800. */
  readonly progressMs?: number;
}

/** What the Upload API and the CDN of an emulator need; part of its options. */
export interface UploadServiceOptions {
  /** What URLs lead to for imports; a URL that ends in `*` stands for all that begin so. */
  readonly urls?: Readonly<Record<string, UrlSource>>;
  readonly importTiming?: ImportTiming;
  /** How long an upload is not ready (`is_ready` false); default 0. */
  readonly processingMs?: number;
  /** How long a part URL is good for; default 24 hours, as recorded in `X-Amz-Expires`. */
  readonly partUrlLifetimeMs?: number;
  /** How many uploaded bytes are kept in all, else only size and checksum; default 256 MiB. */
  readonly keepBytes?: number;
}
