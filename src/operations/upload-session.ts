import { z } from 'zod';
import { parseFileUuid } from '../core/file-uuid.ts';
import type { JsonObject } from '../core/json.ts';
import { PART_BYTES, PART_URL_LIFETIME_MS } from '../uploadcare/multipart-upload-api.ts';
import type { LocalFile } from './local-files.ts';

/** The stored session of an upload in parts, with which another process can continue it. */
export type UploadSession = z.output<typeof sessionSchema>;

/**
 * Maximum number of parts. S3 accepts 10,000, but fewer parts make shorter answers, and a part is cheap to
 * repeat.
 */
const MAX_PARTS = 1000;
const MIB = 1024 ** 2;
/** A session is not continued if its URLs expire sooner than this, ms. */
const EXPIRY_MARGIN_MS = 3_600_000;

const sessionSchema = z.object({
  uuid: z.string().transform(parseFileUuid),
  /** The URLs of the parts, in order. */
  urls: z.array(z.string()),
  partSize: z.int().min(1),
  /**
   * Size (bytes) and modification time (ms since 1970) of the file. They prevent parts of two versions from
   * being mixed.
   */
  size: z.int(),
  modifiedAt: z.number(),
  /** Server time, ms. */
  startedAt: z.number(),
});

/** Parses a stored session. */
export function parseSession(kept: JsonObject): UploadSession {
  return sessionSchema.parse(kept);
}

/**
 * The size of a part. It is the service's default for up to a thousand parts (5 GB), and larger for larger
 * files.
 */
export function partSizeFor(size: number): number {
  return Math.max(PART_BYTES, Math.ceil(size / MAX_PARTS / MIB) * MIB);
}

/** True if the session belongs to this version of the file, and its URLs are still valid. */
export function canContinue(session: UploadSession, file: LocalFile, serverNow: number): boolean {
  const isSameFile = session.size === file.size && session.modifiedAt === file.modifiedAt;
  return isSameFile && serverNow - session.startedAt < PART_URL_LIFETIME_MS - EXPIRY_MARGIN_MS;
}
