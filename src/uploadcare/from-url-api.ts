import type { SendPermit } from '../transport/send.ts';
import type { FormField } from './form-data.ts';
import {
  getUpload,
  postForm,
  settingFields,
  type UploadPorts,
  type UploadSettings,
} from './upload-calls.ts';
import {
  type FromUrlStart,
  type FromUrlStatus,
  parseFromUrlStart,
  parseFromUrlStatus,
} from './wire/from-url-answer.ts';

/** What is to be imported. */
export interface FromUrlOptions extends UploadSettings {
  readonly sourceUrl: string;
  /** The service's own guess where absent. */
  readonly filename?: string;
  /** A URL that was imported with `saveDuplicates` before gives that file; off where absent. */
  readonly checkDuplicates?: boolean;
  /** As `checkDuplicates` where absent. */
  readonly saveDuplicates?: boolean;
}

/** `/from_url/` (api 11.4). */
export interface FromUrlApi {
  /** Every repeat imports again, unless duplicates are checked. */
  start(options: FromUrlOptions, permit: SendPermit): Promise<FromUrlStart>;
  status(token: string, signal: AbortSignal): Promise<FromUrlStatus>;
}

/** The endpoints for imports. */
export function createFromUrlApi(ports: UploadPorts): FromUrlApi {
  return {
    async start(options, permit) {
      const form = {
        path: '/from_url/',
        keyField: 'pub_key',
        fields: fieldsOf(options),
        isSigned: true,
      } as const;
      const { request, response } = await postForm(ports, form, permit);
      return parseFromUrlStart(request, response);
    },
    async status(token, signal) {
      const asked = { path: '/from_url/status/', query: { token }, withKey: false };
      const { request, response } = await getUpload(ports, asked, signal);
      return parseFromUrlStatus(request, response);
    },
  };
}

function fieldsOf(options: FromUrlOptions): FormField[] {
  const { sourceUrl, filename, checkDuplicates, saveDuplicates } = options;
  return [
    ['source_url', sourceUrl],
    ...(filename === undefined ? [] : [['filename', filename] as const]),
    ...flag('check_URL_duplicates', checkDuplicates),
    ...flag('save_URL_duplicates', saveDuplicates),
    ...settingFields(options, 'store'),
  ];
}

function flag(name: string, value: boolean | undefined): FormField[] {
  return value === undefined ? [] : [[name, value ? '1' : '0']];
}
