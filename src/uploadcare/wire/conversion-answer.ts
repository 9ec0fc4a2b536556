import { z } from 'zod';
import type { FileUuid } from '../../core/file-uuid.ts';
import type { GroupId } from '../../core/group-id.ts';
import type { ApiResponse } from '../../transport/send.ts';
import { type AskedRequest, checkAnswer } from './check-answer.ts';
import { fileUuid } from './file-uuid-field.ts';
import { groupId } from './group-id-field.ts';

/** A conversion that was started. */
export interface StartedConversion {
  /** The path as the service gives it back. */
  readonly source: string;
  /** Polled by; a number on the wire, kept as its digits. */
  readonly token: string;
  /** The output, which exists from the start and is not ready before the end. */
  readonly uuid: FileUuid;
  /** Of a video. */
  readonly thumbnailsGroup: GroupId | null;
}

/** What became of the paths of one request. */
export interface ConversionAnswer {
  readonly started: readonly StartedConversion[];
  /** Reason by path, as the service gives it back. */
  readonly problems: ReadonlyMap<string, string>;
}

/** How a conversion stands; the output is named from the start and is no sign of success. */
export interface ConversionStatus {
  readonly state: 'pending' | 'processing' | 'finished' | 'failed' | 'canceled';
  readonly error: string | null;
  readonly uuid: FileUuid | null;
  readonly thumbnailsGroup: GroupId | null;
}

/** What can be made of a document, and the groups that were made of its pages. */
export interface DocumentInfo {
  readonly format: string | null;
  readonly formats: readonly string[];
  /** By format, e.g. `jpg`. */
  readonly groups: ReadonlyMap<string, GroupId>;
  readonly error: string | null;
}

const token = z.union([z.int().min(0), z.string().regex(/^\d{1,30}$/)]).transform(String);

const conversionAnswer = z
  .object({
    result: z.array(
      z.object({
        original_source: z.string(),
        token,
        uuid: fileUuid,
        thumbnails_group_uuid: groupId.nullish(),
      }),
    ),
    problems: z.record(z.string(), z.string()).nullish(),
  })
  .transform(
    ({ result, problems }): ConversionAnswer => ({
      started: result.map((one) => ({
        source: one.original_source,
        token: one.token,
        uuid: one.uuid,
        thumbnailsGroup: one.thumbnails_group_uuid ?? null,
      })),
      problems: new Map(Object.entries(problems ?? {})),
    }),
  );

const conversionStatus = z
  .object({
    status: z.enum(['pending', 'processing', 'finished', 'failed', 'cancelled', 'canceled']),
    error: z.string().nullish(),
    result: z
      .object({ uuid: fileUuid.nullish(), thumbnails_group_uuid: groupId.nullish() })
      .nullish(),
  })
  .transform(
    ({ status, error, result }): ConversionStatus => ({
      state: status === 'cancelled' ? 'canceled' : status,
      error: error ?? null,
      uuid: result?.uuid ?? null,
      thumbnailsGroup: result?.thumbnails_group_uuid ?? null,
    }),
  );

const groups = z.record(z.string(), groupId).nullish();

/** `converted_groups` is in `format` on the wire and beside it in the docs (api 7.3). */
const documentInfo = z
  .object({
    error: z.string().nullish(),
    format: z
      .object({
        name: z.string().nullish(),
        conversion_formats: z.array(z.object({ name: z.string() })).nullish(),
        converted_groups: groups,
      })
      .nullish(),
    converted_groups: groups,
  })
  // A lost conversion is looked up here: what says nothing must not pass for "no group".
  .refine(({ error, format }) => typeof error === 'string' || format != null, {
    error: 'neither a format nor an error',
  })
  .transform(
    ({ error, format, converted_groups }): DocumentInfo => ({
      format: format?.name ?? null,
      formats: (format?.conversion_formats ?? []).map(({ name }) => name),
      groups: new Map([
        ...Object.entries(converted_groups ?? {}),
        ...Object.entries(format?.converted_groups ?? {}),
      ]),
      error: error ?? null,
    }),
  );

/** The answer of `POST /convert/{document,video}/`. */
export function parseConversionAnswer(
  request: AskedRequest,
  response: ApiResponse,
): ConversionAnswer {
  return checkAnswer(conversionAnswer, request, response);
}

/** The answer of `GET /convert/{document,video}/status/{token}/`. */
export function parseConversionStatus(
  request: AskedRequest,
  response: ApiResponse,
): ConversionStatus {
  return checkAnswer(conversionStatus, request, response);
}

/** The answer of `GET /convert/document/{uuid}/`. */
export function parseDocumentInfo(request: AskedRequest, response: ApiResponse): DocumentInfo {
  return checkAnswer(documentInfo, request, response);
}
