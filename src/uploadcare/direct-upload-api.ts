import type { FileUuid } from '../core/file-uuid.ts';
import type { SendPermit } from '../transport/send.ts';
import type { FormFile } from './form-data.ts';
import {
  postForm,
  settingFields,
  type UploadDependencies,
  type UploadSettings,
} from './upload-calls.ts';
import { checkAnswer } from './wire/check-answer.ts';
import { fileUuid } from './wire/file-uuid-field.ts';
import { parseDirectUpload } from './wire/uploaded-answer.ts';

/** Maximum size of a direct upload, bytes. Larger files are uploaded in parts. */
export const MAX_DIRECT_BYTES = 100_000_000;

/** The name, type and bytes of a file. */
type UploadSource = Omit<FormFile, 'name'>;

/** `POST /base/` (api 11.2). */
export interface DirectUploadApi {
  /** Uploads a file of at most `MAX_DIRECT_BYTES`. Every repeat makes another file. */
  upload(source: UploadSource, settings: UploadSettings, permit: SendPermit): Promise<FileUuid>;
}

const FIELD = 'file';

/** Makes the endpoint for files that fit in one request. */
export function createDirectUploadApi(deps: UploadDependencies): DirectUploadApi {
  return {
    async upload(source, settings, permit) {
      const form = {
        path: '/base/',
        keyField: 'UPLOADCARE_PUB_KEY',
        fields: settingFields(settings, 'UPLOADCARE_STORE'),
        isSigned: true,
        file: { ...source, name: FIELD },
      } as const;
      const { request, response } = await postForm(deps, form, permit);
      const uuids = parseDirectUpload(request, response);
      const [only] = uuids.size === 1 ? uuids.values() : [];
      const uuid = uuids.get(FIELD) ?? only ?? null;
      return checkAnswer(fileUuid, request, { ...response, body: uuid });
    },
  };
}
