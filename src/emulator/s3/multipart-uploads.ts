import { createHash } from 'node:crypto';
import type { S3Object } from './s3-object.ts';

/** A part that a client sent. */
export interface UploadedPart {
  readonly bytes: Buffer;
  readonly md5: string;
  readonly modified: number;
}

/** A multipart upload that is neither complete nor aborted. */
export interface OpenUpload {
  readonly uploadId: string;
  readonly key: string;
  /** The time, type, headers and metadata that the object will have. */
  readonly object: Omit<S3Object, 'content'>;
  readonly parts: Map<number, UploadedPart>;
}

/** The open multipart uploads of a bucket. */
export class MultipartUploads {
  readonly #bucket: string;
  readonly #uploads = new Map<string, OpenUpload>();
  #started = 0;

  constructor(bucket: string) {
    this.#bucket = bucket;
  }

  start(object: Omit<S3Object, 'content'>): OpenUpload {
    this.#started += 1;
    const text = `${this.#bucket}/${object.key}/${this.#started}`;
    const uploadId = createHash('sha256').update(text).digest('base64url');
    const upload = { uploadId, key: object.key, object, parts: new Map<number, UploadedPart>() };
    this.#uploads.set(uploadId, upload);
    return upload;
  }

  find(uploadId: string, key: string): OpenUpload | undefined {
    const upload = this.#uploads.get(uploadId);
    return upload?.key === key ? upload : undefined;
  }

  end(uploadId: string): void {
    this.#uploads.delete(uploadId);
  }

  list(): OpenUpload[] {
    return [...this.#uploads.values()];
  }
}
