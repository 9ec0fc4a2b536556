/** A pair of keys with which a client may use the buckets of the emulator. */
export interface AccessKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** If set, each request must have this session token. */
  readonly sessionToken?: string;
  /** Time in ms since 1970 from which the session token is expired. Default: never. */
  readonly expiresAt?: number;
  /** The kinds of requests that are allowed. The answer to any other kind is AccessDenied. Default: all. */
  readonly allows?: readonly S3RequestKind[];
}

/** The kinds of requests to the S3 face. */
export const S3_REQUEST_KINDS = [
  'listBuckets',
  'createBucket',
  'headBucket',
  'location',
  'list',
  'head',
  'get',
  'put',
  'delete',
  'createUpload',
  'uploadPart',
  'completeUpload',
  'abortUpload',
  'listParts',
  'listUploads',
  // GET requests that imports from presigned URLs send.
  'import',
  'unknown',
] as const;

export type S3RequestKind = (typeof S3_REQUEST_KINDS)[number];

/** The keys of a new emulator. They protect nothing, so every emulator has the same. */
export const DEFAULT_ACCESS_KEY = {
  accessKeyId: 'EMULATORACCESSKEYID0',
  secretAccessKey: 'emulator-secret-access-key',
} as const satisfies AccessKey;
