import type { FileUuid } from '../core/file-uuid.ts';
import type { GroupId } from '../core/group-id.ts';
import type { SendPermit } from '../transport/send.ts';
import { orMissing } from './or-missing.ts';
import { getUpload, postForm, type UploadPorts } from './upload-calls.ts';
import {
  parseUploadedFile,
  parseUploadedGroup,
  type UploadedFile,
  type UploadedGroup,
} from './wire/uploaded-answer.ts';

/** Groups and file info of the Upload API (api 11.6). */
export interface UploadedApi {
  /** UUIDs, with or without operations, or CDN URLs: 1 to 1000, in order, duplicates kept. Every repeat makes another group. */
  createGroup(files: readonly string[], permit: SendPermit): Promise<UploadedGroup>;
  /** null where the project has no such group. */
  group(id: GroupId, signal: AbortSignal): Promise<UploadedGroup | null>;
  /** null where the project has no such file. */
  file(uuid: FileUuid, signal: AbortSignal): Promise<UploadedFile | null>;
}

/** The endpoints for what was uploaded. */
export function createUploadedApi(ports: UploadPorts): UploadedApi {
  return {
    async createGroup(files, permit) {
      const form = {
        path: '/group/',
        keyField: 'pub_key',
        fields: files.map((file, place) => [`files[${place}]`, file] as const),
        isSigned: true,
      } as const;
      const { request, response } = await postForm(ports, form, permit);
      return parseUploadedGroup(request, response);
    },
    async group(id, signal) {
      const asked = { path: '/group/info/', query: { group_id: id }, withKey: true };
      const call = await orMissing(getUpload(ports, asked, signal));
      return call === null ? null : parseUploadedGroup(call.request, call.response);
    },
    async file(uuid, signal) {
      const asked = { path: '/info/', query: { file_id: uuid }, withKey: true };
      const call = await orMissing(getUpload(ports, asked, signal));
      return call === null ? null : parseUploadedFile(call.request, call.response);
    },
  };
}
