import * as z from 'zod';
import { parseFileUuid } from '../core/file-uuid.ts';
import type { JsonObject } from '../core/json.ts';
import { PART_BYTES, PART_URL_LIFETIME_MS } from '../uploadcare/multipart-upload-api.ts';
import type { LocalFile } from './local-files.ts';

/** The stored session of an upload in parts. With it, another process can continue the upload. */
export type UploadSession = z.output<typeof sessionSchema>;

/**
 * Maximum number of parts. S3 accepts 10,000, but with fewer parts the answers of the service are shorter.
 * The parts are still small enough to send one of them again.
 */
const MAX_PARTS = 1000;
const MIB = 1024 ** 2;
/** If the URLs of a session expire sooner than this, ucbulk begins a new upload, ms. */
const EXPIRY_MARGIN_MS = 3_600_000;

const sessionSchema = z.object({
  uuid: z.string().transform(parseFileUuid),
  /** The URLs of the parts, in order. */
  urls: z.array(z.string()),
  partSize: z.int().min(1),
  /**
   * Size (bytes) and modification time (ms since 1970) of the file. If one of them has changed, the session
   * is not continued, because the parts of two versions would be mixed.
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
 * The size of a part. It is the service's default for files with up to a thousand parts (5 GB), and larger
 * for larger files.
 */
export function partSizeFor(size: number): number {
  return Math.max(PART_BYTES, Math.ceil(size / MAX_PARTS / MIB) * MIB);
}

/**
 * True if the file has not changed since the session began, and if the URLs of the session are still valid.
 */
export function canContinue(session: UploadSession, file: LocalFile, serverNow: number): boolean {
  const isSameFile = session.size === file.size && session.modifiedAt === file.modifiedAt;
  return isSameFile && serverNow - session.startedAt < PART_URL_LIFETIME_MS - EXPIRY_MARGIN_MS;
}
