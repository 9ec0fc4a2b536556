import type { UrlSource } from './registered-urls.ts';

/** The durations of the steps of an import by the emulator's clock (api 11.5). */
export interface ImportTiming {
  /** How long a new token is `unknown`; default 0. */
  readonly unknownMs?: number;
  /** How long it is then `waiting`; default 200. */
  readonly waitingMs?: number;
  /** How long it is then in `progress`; default 800. */
  readonly progressMs?: number;
}

/** Options of the Upload API and the CDN. */
export interface UploadServiceOptions {
  /** The contents of URLs for imports. A URL that ends in `*` matches all URLs with this prefix. */
  readonly urls?: Readonly<Record<string, UrlSource>>;
  readonly importTiming?: ImportTiming;
  /** How long an upload is not ready (`is_ready` false); default 0. */
  readonly processingMs?: number;
  /** How long a part URL is valid; default 24 hours, as recorded in `X-Amz-Expires`. */
  readonly partUrlLifetimeMs?: number;
  /** Maximum of kept bytes in total; of other uploads, only size and checksum. Default 256 MiB. */
  readonly keepBytes?: number;
}
