import type { UploadAttributes } from './upload-attributes.ts';

/** A part that was uploaded. Its bytes may not be kept. */
interface UploadedPart {
  readonly size: number;
  /** In lower-case hex, as in the ETag of the storage. */
  readonly md5: string;
  /** Null if the emulator does not keep the bytes. */
  readonly bytes: Buffer | null;
  /** The first bytes, from which the type is detected. */
  readonly head: Buffer;
}

/** A multipart upload from start to completion (api 11.3). */
export interface MultipartUpload {
  readonly uuid: string;
  readonly uploadId: string;
  readonly name: string;
  readonly size: number;
  readonly mimeType: string;
  readonly partSize: number;
  readonly attributes: UploadAttributes;
  /** Microseconds since 1970. */
  readonly startedAt: number;
  readonly parts: Map<number, UploadedPart>;
}

/** The open multipart uploads of a project. */
export class MultipartUploads {
  readonly #open = new Map<string, MultipartUpload>();

  start(upload: Omit<MultipartUpload, 'parts'>): void {
    this.#open.set(upload.uuid, { ...upload, parts: new Map() });
  }

  find(uuid: string): MultipartUpload | undefined {
    return this.#open.get(uuid);
  }

  /** Ends an upload and releases its parts. */
  finish(uuid: string): void {
    this.#open.delete(uuid);
  }

  get count(): number {
    return this.#open.size;
  }
}

/** The size of each part in bytes; only the last may be smaller. */
export function partSizes(size: number, partSize: number): number[] {
  const count = Math.ceil(size / partSize);
  return Array.from({ length: count }, (_, index) => Math.min(partSize, size - index * partSize));
}
