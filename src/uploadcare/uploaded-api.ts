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

/**
 * The endpoints of the Upload API for groups and for information about files (docs/uploadcare-api.md 11.6).
 */
export interface UploadedApi {
  /**
   * Creates a group from 1 to 1000 files. Each file is a CDN URL or a UUID, with or without image operations.
   * The group keeps the order of the files, and contains a file several times if it is given several times.
   * If the same request is sent again, the service makes another group.
   */
  createGroup(files: readonly string[], permit: SendPermit): Promise<UploadedGroup>;
  /** Returns null if the project does not contain the group. */
  group(id: GroupId, signal: AbortSignal): Promise<UploadedGroup | null>;
  /** Returns null if the project does not contain the file. */
  file(uuid: FileUuid, signal: AbortSignal): Promise<UploadedFile | null>;
}

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
