import type { UploadAttributes } from './upload-attributes.ts';

/** A part that was uploaded. The emulator does not always keep its bytes. */
interface UploadedPart {
  readonly size: number;
  /** MD5 of the bytes in lower-case hex. The storage sends it as the ETag header. */
  readonly md5: string;
  /** The bytes of the part. Null if the emulator did not keep them. */
  readonly bytes: Buffer | null;
  /** The first bytes of the part. The first bytes of part 1 show the type of the file. */
  readonly head: Buffer;
}

/** A multipart upload that was started and is not complete (docs/uploadcare-api.md 11.3). */
export interface MultipartUpload {
  readonly uuid: string;
  readonly uploadId: string;
  readonly name: string;
  readonly size: number;
  readonly mimeType: string;
  readonly partSize: number;
  readonly attributes: UploadAttributes;
  /** When the client started the upload, in microseconds since 1970. */
  readonly startedAt: number;
  readonly parts: Map<number, UploadedPart>;
}

/** The multipart uploads of a project that are not complete. */
export class MultipartUploads {
  readonly #open = new Map<string, MultipartUpload>();

  start(upload: Omit<MultipartUpload, 'parts'>): void {
    this.#open.set(upload.uuid, { ...upload, parts: new Map() });
  }

  find(uuid: string): MultipartUpload | undefined {
    return this.#open.get(uuid);
  }

  /** Forgets an upload and its parts, because it is complete. */
  finish(uuid: string): void {
    this.#open.delete(uuid);
  }

  get count(): number {
    return this.#open.size;
  }
}

/** The size of each part in bytes. Only the last one may be smaller than `partSize`. */
export function partSizes(size: number, partSize: number): number[] {
  const count = Math.ceil(size / partSize);
  return Array.from({ length: count }, (_, index) => Math.min(partSize, size - index * partSize));
}
