import * as z from 'zod';
import type { FileFacts } from '../../core/file-facts.ts';
import type { JsonObject } from '../../core/json.ts';
import type { ApiResponse } from '../../transport/send.ts';
import { checkAnswer, type RequestInfo } from './check-answer.ts';
import { factsFrom, fileFields, type ListedPage, listedPage } from './file-info.ts';
import { jsonBlock } from './json-block.ts';
import { timestamp } from './timestamp.ts';

/** The data that an add-on has stored with a file. Times are in ms since 1970. */
export interface AppData {
  readonly data: JsonObject;
  readonly version: string | null;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** All fields of a file. Fields with objects that ucbulk does not use are passed on unchanged. */
export interface FileDetails extends FileFacts {
  /** null if the file was removed, or is not ready yet. */
  readonly originalFileUrl: string | null;
  readonly image: JsonObject | null;
  readonly video: JsonObject | null;
  /** The UUIDs of converted files by the path of the conversion; null if there are none. */
  readonly variations: JsonObject | null;
  /** The data that each add-on has stored; empty if the request did not ask for it. */
  readonly appdata: ReadonlyMap<string, AppData>;
  /**
   * The confidence for each label that image recognition found. Only version 0.6 of the REST API returns it,
   * with `add_fields=rekognition_info`.
   */
  readonly rekognitionInfo: JsonObject | null;
}

const appData = z.object({
  data: jsonBlock.nullish(),
  version: z.string().nullish(),
  datetime_created: timestamp,
  datetime_updated: timestamp,
});

/**
 * The fields of a file in both versions of the REST API. Version 0.7 has `content_info`. Version 0.6 has
 * separate fields with the same data, such as `image_info`.
 */
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

/** The schema of a file in a search that asked for `appdata`; null if the service did not send it. */
export const foundWithAppData = fileShape.transform((file) =>
  file.appdata == null ? null : detailsFrom(file),
);

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

/** A file of a listing, with the data of add-ons; `appdata` is null if the service left it out. */
export interface FileWithAppData extends FileFacts {
  readonly appdata: ReadonlyMap<string, AppData> | null;
}

const pageWithAppData = listedPage(
  fileShape.transform(
    (file): FileWithAppData => ({
      ...factsFrom(file),
      appdata: file.appdata == null ? null : appDataFrom(file.appdata),
    }),
  ),
);

/** Parses the answer to `GET /files/` with `include=appdata`. */
export function parsePageWithAppData(
  request: RequestInfo,
  response: ApiResponse,
): ListedPage<FileWithAppData> {
  return checkAnswer(pageWithAppData, request, response);
}

/** Parses the answer to `GET /files/{uuid}/` with all its fields. */
export function parseFileDetails(request: RequestInfo, response: ApiResponse): FileDetails {
  return checkAnswer(fileDetails, request, response);
}

/**
 * Parses an answer to a request that asked for `appdata`. The field must exist, even if it is empty. Without
 * it, ucbulk would not know if an add-on ran on the file, and the user could pay for it twice.
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
