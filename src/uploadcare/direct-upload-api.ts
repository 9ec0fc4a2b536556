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

/** Maximum size in bytes of a file that is uploaded in one request. ucbulk uploads larger files in parts. */
export const MAX_DIRECT_BYTES = 100_000_000;

type UploadSource = Omit<FormFile, 'name'>;

/** The endpoint `POST /base/` (docs/uploadcare-api.md 11.2). */
export interface DirectUploadApi {
  /**
   * Uploads a file of at most `MAX_DIRECT_BYTES`. If the same request is sent again, the service makes
   * another file.
   */
  upload(source: UploadSource, settings: UploadSettings, permit: SendPermit): Promise<FileUuid>;
}

const FIELD = 'file';

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
