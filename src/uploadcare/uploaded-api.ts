import type { FileUuid } from '../core/file-uuid.ts';
import type { GroupId } from '../core/group-id.ts';
import type { SendPermit } from '../transport/send.ts';
import { nullIfMissing } from './null-if-missing.ts';
import { getUpload, postForm, type UploadDependencies } from './upload-calls.ts';
import {
  parseUploadedFile,
  parseUploadedGroup,
  type UploadedFile,
  type UploadedGroup,
} from './wire/uploaded-answer.ts';

/** Groups and file info of the Upload API (api 11.6). */
export interface UploadedApi {
  /**
   * Creates a group from 1 to 1000 UUIDs (with or without operations) or CDN URLs. Keeps their
   * order and duplicates. Every repeat makes another group.
   */
  createGroup(files: readonly string[], permit: SendPermit): Promise<UploadedGroup>;
  /** null if the project does not have the group. */
  group(id: GroupId, signal: AbortSignal): Promise<UploadedGroup | null>;
  /** null if the project does not have the file. */
  file(uuid: FileUuid, signal: AbortSignal): Promise<UploadedFile | null>;
}

/** Makes the endpoints for groups and file info. */
export function createUploadedApi(deps: UploadDependencies): UploadedApi {
  return {
    async createGroup(files, permit) {
      const form = {
        path: '/group/',
        keyField: 'pub_key',
        fields: files.map((file, index) => [`files[${index}]`, file] as const),
        isSigned: true,
      } as const;
      const { request, response } = await postForm(deps, form, permit);
      return parseUploadedGroup(request, response);
    },
    async group(id, signal) {
      const lookup = { path: '/group/info/', query: { group_id: id }, withKey: true };
      const call = await nullIfMissing(getUpload(deps, lookup, signal));
      return call === null ? null : parseUploadedGroup(call.request, call.response);
    },
    async file(uuid, signal) {
      const lookup = { path: '/info/', query: { file_id: uuid }, withKey: true };
      const call = await nullIfMissing(getUpload(deps, lookup, signal));
      return call === null ? null : parseUploadedFile(call.request, call.response);
    },
  };
}
