import { z } from 'zod';
import { parseFileUuid } from '../core/file-uuid.ts';
import type { JsonObject } from '../core/json.ts';
import { PART_BYTES, PART_URL_LIFETIME_MS } from '../uploadcare/multipart-upload-api.ts';
import type { LocalFile } from './local-files.ts';

/** An upload in parts, as it is kept for the process that goes on with it. */
export type UploadSession = z.output<typeof sessionSchema>;

/** S3 takes 10,000 parts; fewer make shorter answers, and a part is cheap to send again. */
const MAX_PARTS = 1000;
const MIB = 1024 ** 2;
/** A session is not gone on with when its URLs are about to expire. */
const EXPIRY_MARGIN_MS = 3_600_000;

const sessionSchema = z.object({
  uuid: z.string().transform(parseFileUuid),
  /** Where the parts go, in order. */
  urls: z.array(z.string()),
  partSize: z.int().min(1),
  /** Bytes of the file, and its time of change (ms since 1970): parts of two versions are never mixed. */
  size: z.int(),
  modifiedAt: z.number(),
  /** Server time, ms. */
  startedAt: z.number(),
});

/** What was kept, read back. */
export function parseSession(kept: JsonObject): UploadSession {
  return sessionSchema.parse(kept);
}

/** The size of a part: the service's own up to a thousand parts (5 GB), then larger ones. */
export function partSizeFor(size: number): number {
  return Math.max(PART_BYTES, Math.ceil(size / MAX_PARTS / MIB) * MIB);
}

/** Whether the session is of this very file, and its URLs still serve. */
export function canGoOn(session: UploadSession, file: LocalFile, serverNow: number): boolean {
  const isSameFile = session.size === file.size && session.modifiedAt === file.modifiedAt;
  return isSameFile && serverNow - session.startedAt < PART_URL_LIFETIME_MS - EXPIRY_MARGIN_MS;
}
