import type { UrlSource } from './registered-urls.ts';

/** How long each phase of an import takes on the emulator's clock, in ms (docs/uploadcare-api.md 11.5). */
export interface ImportTiming {
  /** First, the status of a new token is `unknown` for this time. Default 0. */
  readonly unknownMs?: number;
  /** Then the status is `waiting` for this time. Default 200. */
  readonly waitingMs?: number;
  /** Then the status is `progress` for this time. Default 800. */
  readonly progressMs?: number;
}

/** Options of the Upload API and the CDN. */
export interface UploadServiceOptions {
  /**
   * The files and errors that imports find at certain URLs. A URL that ends in `*` matches every URL with
   * this beginning.
   */
  readonly urls?: Readonly<Record<string, UrlSource>>;
  /** True to invent a file for each public URL that is not in `urls`. Default false. */
  readonly inventsUrls?: boolean;
  readonly importTiming?: ImportTiming;
  /** Time in ms for which a new upload is not ready (`is_ready` is false). Default 0. */
  readonly processingMs?: number;
  /**
   * Time in ms for which the URL of a part is valid. Default 24 hours, as the parameter `X-Amz-Expires` in
   * recordings shows.
   */
  readonly partUrlLifetimeMs?: number;
  /**
   * Total number of uploaded bytes to keep in memory. When this is used up, later uploads keep only their
   * size and checksum. Default 256 MiB.
   */
  readonly keepBytes?: number;
}
