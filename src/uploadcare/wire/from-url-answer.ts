import * as z from 'zod';
import type { ApiResponse } from '../../transport/send.ts';
import { checkAnswer, type RequestInfo } from './check-answer.ts';
import { type UploadedFile, uploadedFile } from './uploaded-answer.ts';

/**
 * The result of starting an import: a token for its status, or the file itself if the service already has it.
 */
export type FromUrlStart =
  | { readonly kind: 'token'; readonly token: string }
  | { readonly kind: 'file'; readonly file: UploadedFile };

/**
 * The status of an import. Right after its start, `unknown` may mean that the service does not show it yet.
 */
export type FromUrlStatus =
  | { readonly state: 'waiting' | 'unknown' }
  /** `done` and `total` are in bytes; null if the service does not know them. */
  | { readonly state: 'progress'; readonly done: number | null; readonly total: number | null }
  | { readonly state: 'success'; readonly file: UploadedFile }
  | { readonly state: 'error'; readonly message: string; readonly code: string | null };

/**
 * A token is usually a UUID (docs/uploadcare-api.md 11.4), but ucbulk accepts any text without spaces. It
 * can't accept spaces: the run's database stores other data after the token, separated by a space.
 */
const TOKEN = /^\S{1,100}$/;

const fromUrlStart = z
  .object({ type: z.string().nullish(), token: z.string().regex(TOKEN).nullish() })
  .loose()
  .transform((answer, context): FromUrlStart => {
    if (answer.token) return { kind: 'token', token: answer.token };
    const file = uploadedFile.safeParse(answer);
    if (file.success) return { kind: 'file', file: file.data };
    context.addIssue({ code: 'custom', message: 'neither a token nor a file' });
    return z.NEVER;
  });

/** A number of bytes. In recorded answers it is a number, a text with digits, or `unknown`. */
const bytes = z.union([z.number(), z.string()]).nullish().transform(parseBytes);

const fromUrlStatus = z.union([
  z
    .object({ status: z.enum(['waiting', 'unknown']) })
    .transform(({ status: state }) => ({ state })),
  z
    .object({ status: z.literal('progress'), done: bytes, total: bytes })
    .transform(({ done, total }) => ({ state: 'progress' as const, done, total })),
  z
    .object({ status: z.literal('success') })
    .loose()
    .transform((answer, context) => {
      const file = uploadedFile.safeParse(answer);
      if (file.success) return { state: 'success' as const, file: file.data };
      context.addIssue({ code: 'custom', message: 'a success without its file' });
      return z.NEVER;
    }),
  z
    .object({
      status: z.literal('error'),
      error: z.string().nullish(),
      error_code: z.string().nullish(),
    })
    .transform(({ error, error_code: code }) => ({
      state: 'error' as const,
      message: error ?? 'no reason given',
      code: code ?? null,
    })),
]);

/** Parses the answer to `POST /from_url/`. */
export function parseFromUrlStart(request: RequestInfo, response: ApiResponse): FromUrlStart {
  return checkAnswer(fromUrlStart, request, response);
}

/** Parses the answer to `GET /from_url/status/`. */
export function parseFromUrlStatus(request: RequestInfo, response: ApiResponse): FromUrlStatus {
  return checkAnswer<FromUrlStatus>(fromUrlStatus, request, response);
}

function parseBytes(value: number | string | null | undefined): number | null {
  const count = typeof value === 'string' ? Number(value) : value;
  return count === null || count === undefined || !Number.isFinite(count) ? null : count;
}
