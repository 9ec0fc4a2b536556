import { z } from 'zod';
import type { FileFacts } from '../../core/file-facts.ts';
import type { JsonObject } from '../../core/json.ts';
import type { ApiResponse } from '../../transport/send.ts';
import { checkAnswer, type RequestInfo } from './check-answer.ts';
import { factsFrom, fileFields } from './file-info.ts';
import { jsonBlock } from './json-block.ts';
import { timestamp } from './timestamp.ts';

/** The data that an add-on stored with a file. Times are ms since 1970. */
export interface AppData {
  readonly data: JsonObject;
  readonly version: string | null;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** All details of a file. Blocks that ucbulk does not read are kept unchanged. */
export interface FileDetails extends FileFacts {
  /** null if the file is removed or not ready. */
  readonly originalFileUrl: string | null;
  readonly image: JsonObject | null;
  readonly video: JsonObject | null;
  /** UUIDs by conversion path; null if there are none. */
  readonly variations: JsonObject | null;
  /** Data by add-on; empty unless it was requested. */
  readonly appdata: ReadonlyMap<string, AppData>;
  /** Confidence by label; only in v0.6 with `add_fields=rekognition_info`. */
  readonly rekognitionInfo: JsonObject | null;
}

const appData = z.object({
  data: jsonBlock.nullish(),
  version: z.string().nullish(),
  datetime_created: timestamp,
  datetime_updated: timestamp,
});

/** The fields of both versions: v0.7 has `content_info`, v0.6 has its parts at the top level. */
const fileShape = z.object({
  ...fileFields,
  original_file_url: z.string().nullish(),
  content_info: z.object({ image: jsonBlock.nullish(), video: jsonBlock.nullish() }).nullish(),
  image_info: jsonBlock.nullish(),
  video_info: jsonBlock.nullish(),
  variations: jsonBlock.nullish(),
  appdata: z.record(z.string(), appData).nullish(),
  rekognition_info: jsonBlock.nullish(),
});

const fileDetails = fileShape.transform(detailsFrom);
const fileWithAppData = fileShape
  .refine(({ appdata, datetime_removed }) => appdata != null || datetime_removed !== null, {
    path: ['appdata'],
    error: 'is missing, although it was requested',
  })
  .transform(detailsFrom);

function detailsFrom(file: z.output<typeof fileShape>): FileDetails {
  return {
    ...factsFrom(file),
    originalFileUrl: file.original_file_url ?? null,
    image: file.content_info?.image ?? file.image_info ?? null,
    video: file.content_info?.video ?? file.video_info ?? null,
    variations: file.variations ?? null,
    appdata: appDataFrom(file.appdata ?? {}),
    rekognitionInfo: file.rekognition_info ?? null,
  };
}

/** Parses the answer of `GET /files/{uuid}/` with all details. */
export function parseFileDetails(request: RequestInfo, response: ApiResponse): FileDetails {
  return checkAnswer(fileDetails, request, response);
}

/**
 * Parses the same answer when `appdata` was requested. An existing file must have the block, empty
 * or not. Without it nobody knows whether an add-on ran, and the user could pay for it twice.
 */
export function parseFileWithAppData(request: RequestInfo, response: ApiResponse): FileDetails {
  return checkAnswer(fileWithAppData, request, response);
}

function appDataFrom(apps: Record<string, z.output<typeof appData>>): Map<string, AppData> {
  const entries = Object.entries(apps).map(([name, app]): [string, AppData] => [
    name,
    {
      data: app.data ?? {},
      version: app.version ?? null,
      createdAt: app.datetime_created,
      updatedAt: app.datetime_updated,
    },
  ]);
  return new Map(entries);
}
