import type { UploadWishes } from './upload-attributes.ts';

/** One part that came: all that is known of it once its bytes may be gone. */
interface UploadedPart {
  readonly size: number;
  /** Lower-case hex, as in the ETag of the storage. */
  readonly md5: string;
  /** Null where the emulator keeps no more bytes. */
  readonly bytes: Buffer | null;
  /** The first bytes, which tell what the file is. */
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
  readonly wishes: UploadWishes;
  /** Microseconds since 1970. */
  readonly startedAt: number;
  readonly parts: Map<number, UploadedPart>;
}

/** The multipart uploads of a project that are under way. */
export class MultipartUploads {
  readonly #open = new Map<string, MultipartUpload>();

  start(upload: Omit<MultipartUpload, 'parts'>): void {
    this.#open.set(upload.uuid, { ...upload, parts: new Map() });
  }

  find(uuid: string): MultipartUpload | undefined {
    return this.#open.get(uuid);
  }

  /** Ends an upload; its parts are let go. */
  finish(uuid: string): void {
    this.#open.delete(uuid);
  }

  get count(): number {
    return this.#open.size;
  }
}

/** How many bytes each part should have; only the last may have fewer. */
export function partSizes(size: number, partSize: number): number[] {
  const count = Math.ceil(size / partSize);
  return Array.from({ length: count }, (_, index) => Math.min(partSize, size - index * partSize));
}
