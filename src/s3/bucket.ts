import type { ByteBody } from '../core/world.ts';
import type { ObjectPage } from './list-answer.ts';

/** The facts about an object that HEAD shows. */
export interface ObjectFacts {
  readonly size: number;
  readonly etag: string | null;
  readonly contentType: string | null;
  /** The name of the file in Content-Disposition; null if there is none. */
  readonly filename: string | null;
  /** `x-amz-meta-…` without the beginning, as the server sends them. */
  readonly metadata: Readonly<Record<string, string>>;
  /** How the object is encrypted at rest, such as `aws:kms`; null if the server does not report it. */
  readonly encryption: string | null;
}

/** A new object. */
export interface NewObject {
  readonly key: string;
  readonly body: ByteBody;
  readonly contentType: string;
  /** More headers, such as `content-disposition` and `x-amz-meta-…`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** MD5 of the body in lower-case hex, which the server checks. */
  readonly md5?: string;
}

/** A part of a new object that is sent in parts. */
export interface ObjectPart {
  readonly key: string;
  readonly uploadId: string;
  /** From 1. */
  readonly number: number;
  readonly body: ByteBody;
  readonly md5?: string;
}

/** A bucket, or a part of it. All of its methods can be repeated without harm. They reject with a `ClassifiedError`. */
export interface Bucket {
  /** Such as `s3://shop-media`, for messages. */
  readonly name: string;
  /** The beginning of the keys in the job; empty for the whole bucket. */
  readonly prefix: string;
  /** Identifies the bucket among all servers. */
  readonly identity: string;
  /** Lists up to 1000 objects of the prefix whose keys come after `after` in the order of UTF-8 bytes. */
  listPage(after: string | null, signal: AbortSignal): Promise<ObjectPage>;
  /** The facts about an object; null if the bucket does not have it. */
  head(key: string, signal: AbortSignal): Promise<ObjectFacts | null>;
  /** Bytes of the version of an object that has this ETag. */
  read(
    key: string,
    range: { readonly from: number; readonly length: number; readonly etag: string | null },
    signal: AbortSignal,
  ): Promise<Buffer>;
  /** A URL with which everybody can read the object for `seconds`, signed now. It is never stored or logged. */
  signUrl(key: string, seconds: number): Promise<string>;
  /** Writes an object, and replaces an earlier one with this key. Returns its ETag. */
  put(object: NewObject, signal: AbortSignal): Promise<string>;
  /** Begins an object that is sent in parts. Returns the id of the upload. */
  beginParts(object: Omit<NewObject, 'body' | 'md5'>, signal: AbortSignal): Promise<string>;
  /** Sends a part. Returns its ETag, which `completeParts` needs. */
  putPart(part: ObjectPart, signal: AbortSignal): Promise<string>;
  /** Joins the parts to the object. Returns its ETag; null if the server reports none. */
  completeParts(
    upload: { readonly key: string; readonly uploadId: string; readonly etags: readonly string[] },
    signal: AbortSignal,
  ): Promise<string | null>;
  /** Removes the parts of an upload that is given up. */
  abortParts(
    upload: { readonly key: string; readonly uploadId: string },
    signal: AbortSignal,
  ): Promise<void>;
}
