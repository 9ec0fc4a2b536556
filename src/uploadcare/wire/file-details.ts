import { z } from 'zod';
import type { FileFacts } from '../../core/file-facts.ts';
import type { JsonObject } from '../../core/json.ts';
import type { ApiResponse } from '../../transport/send.ts';
import { type AskedRequest, checkAnswer } from './check-answer.ts';
import { factsFrom, fileFields } from './file-info.ts';
import { jsonBlock } from './json-block.ts';
import { timestamp } from './timestamp.ts';

/** What an add-on left at a file. Times are ms since 1970. */
export interface AppData {
  readonly data: JsonObject;
  readonly version: string | null;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** All that the service tells of a file; blocks that we do not read are as they came. */
export interface FileDetails extends FileFacts {
  /** null where the file is removed or not ready. */
  readonly originalFileUrl: string | null;
  readonly image: JsonObject | null;
  readonly video: JsonObject | null;
  /** UUIDs by conversion path; null where there are none. */
  readonly variations: JsonObject | null;
  /** By add-on; empty unless it was asked for. */
  readonly appdata: ReadonlyMap<string, AppData>;
  /** v0.6 with `add_fields=rekognition_info`; confidence by label. */
  readonly rekognitionInfo: JsonObject | null;
}

const appData = z.object({
  data: jsonBlock.nullish(),
  version: z.string().nullish(),
  datetime_created: timestamp,
  datetime_updated: timestamp,
});

/** Either version's: v0.7 has `content_info`, v0.6 has its parts at the top. */
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
    error: 'was asked for, and is missing',
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

/** The answer of `GET /files/{uuid}/` with all that may be in it. */
export function parseFileDetails(request: AskedRequest, response: ApiResponse): FileDetails {
  return checkAnswer(fileDetails, request, response);
}

/**
 * The same if `appdata` was asked for: a file that is there must have the block, empty or not.
 * Without it nobody knows whether an add-on ran, and it could be paid for twice.
 */
export function parseFileWithAppData(request: AskedRequest, response: ApiResponse): FileDetails {
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
