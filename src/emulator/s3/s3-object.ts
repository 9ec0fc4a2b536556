import type { ObjectContent } from './object-content.ts';

/** An object in a bucket of the emulator. */
export interface S3Object {
  readonly key: string;
  readonly content: ObjectContent;
  /** When the object was written, in ms since 1970. */
  readonly modified: number;
  readonly contentType: string;
  /** Headers that the object keeps: Content-Disposition, Content-Encoding, Cache-Control and others. */
  readonly headers: Readonly<Record<string, string>>;
  /** Values of the headers `x-amz-meta-…`, by name without this beginning. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly storageClass: string;
  /** True if an archived object was restored, so that clients can read it. */
  readonly isRestored: boolean;
  /** True if the object is encrypted with a key of the client (SSE-C). Requests without this key get 400. */
  readonly hasClientKey: boolean;
}

/** An object as a test describes it. Everything is optional. */
export interface S3ObjectSpec {
  /** The bytes of the object. Default: bytes that the emulator generates from the key and `size`. */
  readonly bytes?: Buffer | string;
  /** Size in bytes if the emulator generates the bytes. They take no memory. Default 1,024. */
  readonly size?: number;
  /** Default: `binary/octet-stream`, as in S3. */
  readonly contentType?: string;
  readonly contentDisposition?: string;
  readonly metadata?: Readonly<Record<string, string>>;
  /** Default `STANDARD`. A GET of an object in `GLACIER` or `DEEP_ARCHIVE` gets 403 InvalidObjectState. */
  readonly storageClass?: string;
  readonly isRestored?: boolean;
  readonly hasClientKey?: boolean;
  /** When the object was written, in ms since 1970. Default: the emulator's clock. */
  readonly modified?: number;
  /** The ETag without quotation marks. Default: the MD5 of the bytes. */
  readonly etag?: string;
}

/** An object as a test reads it. */
export interface S3ObjectView {
  readonly key: string;
  readonly size: number;
  readonly etag: string;
  readonly modified: number;
  readonly contentType: string;
  readonly contentDisposition: string | undefined;
  readonly metadata: Readonly<Record<string, string>>;
  readonly storageClass: string;
  /** Returns the bytes of the object. */
  bytes(): Buffer;
}

/** Shows an object to a test. */
export function viewObject(object: S3Object): S3ObjectView {
  const { content, headers } = object;
  return {
    key: object.key,
    size: content.size,
    etag: content.etag(),
    modified: object.modified,
    contentType: object.contentType,
    contentDisposition: headers['content-disposition'],
    metadata: object.metadata,
    storageClass: object.storageClass,
    bytes: () => content.slice(0, content.size),
  };
}

export const PLAIN_OBJECT = {
  contentType: 'binary/octet-stream',
  headers: {},
  metadata: {},
  storageClass: 'STANDARD',
  isRestored: false,
  hasClientKey: false,
} as const satisfies Partial<S3Object>;
