import { z } from 'zod';
import type { FileUuid } from '../../core/file-uuid.ts';
import type { GroupId } from '../../core/group-id.ts';
import type { ApiResponse } from '../../transport/send.ts';
import { checkAnswer, type RequestInfo } from './check-answer.ts';
import { fileUuid } from './file-uuid-field.ts';
import { groupId } from './group-id-field.ts';

/** A started conversion. */
export interface StartedConversion {
  /** The path in the service's spelling. */
  readonly source: string;
  /** Identifies the conversion in polls; a number on the wire, kept as its digits. */
  readonly token: string;
  /** The output file. It exists from the start but is not ready until the end. */
  readonly uuid: FileUuid;
  /** The thumbnails of a video. */
  readonly thumbnailsGroup: GroupId | null;
}

/** The results of the paths of one request. */
export interface ConversionAnswer {
  readonly started: readonly StartedConversion[];
  /** Reasons by path, in the service's spelling. */
  readonly problems: ReadonlyMap<string, string>;
}

/** The status of a conversion. `uuid` is set from the start and does not prove success. */
export interface ConversionStatus {
  readonly state: 'pending' | 'processing' | 'finished' | 'failed' | 'canceled';
  readonly error: string | null;
  readonly uuid: FileUuid | null;
  readonly thumbnailsGroup: GroupId | null;
}

/** The possible formats of a document, and the groups that exist for its pages. */
export interface DocumentInfo {
  readonly format: string | null;
  readonly formats: readonly string[];
  /** Group ids by format, e.g. `jpg`. */
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

/** `converted_groups` is inside `format` on the wire, but beside it in the docs (api 7.3). */
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
  // Lost conversions are looked up here: an empty answer must not count as "no group".
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
  request: RequestInfo,
  response: ApiResponse,
): ConversionAnswer {
  return checkAnswer(conversionAnswer, request, response);
}

/** The answer of `GET /convert/{document,video}/status/{token}/`. */
export function parseConversionStatus(
  request: RequestInfo,
  response: ApiResponse,
): ConversionStatus {
  return checkAnswer(conversionStatus, request, response);
}

/** The answer of `GET /convert/document/{uuid}/`. */
export function parseDocumentInfo(request: RequestInfo, response: ApiResponse): DocumentInfo {
  return checkAnswer(documentInfo, request, response);
}
