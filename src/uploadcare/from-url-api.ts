import type { SendPermit } from '../transport/send.ts';
import type { FormField } from './form-data.ts';
import {
  getUpload,
  postForm,
  settingFields,
  type UploadDependencies,
  type UploadSettings,
} from './upload-calls.ts';
import {
  type FromUrlStart,
  type FromUrlStatus,
  parseFromUrlStart,
  parseFromUrlStatus,
} from './wire/from-url-answer.ts';

/** Options of an import. */
export interface FromUrlOptions extends UploadSettings {
  readonly sourceUrl: string;
  /** Default: the service derives a name. */
  readonly filename?: string;
  /**
   * If true, a URL that was imported before with `saveDuplicates` returns that file. Default: off.
   */
  readonly checkDuplicates?: boolean;
  /** Default: the value of `checkDuplicates`. */
  readonly saveDuplicates?: boolean;
}

/** `/from_url/` (api 11.4). */
export interface FromUrlApi {
  /** Starts an import. Every repeat imports again, unless duplicates are checked. */
  start(options: FromUrlOptions, permit: SendPermit): Promise<FromUrlStart>;
  status(token: string, signal: AbortSignal): Promise<FromUrlStatus>;
}

/** Makes the endpoints for imports. */
export function createFromUrlApi(deps: UploadDependencies): FromUrlApi {
  return {
    async start(options, permit) {
      const form = {
        path: '/from_url/',
        keyField: 'pub_key',
        fields: buildFields(options),
        isSigned: true,
      } as const;
      const { request, response } = await postForm(deps, form, permit);
      return parseFromUrlStart(request, response);
    },
    async status(token, signal) {
      const lookup = { path: '/from_url/status/', query: { token }, withKey: false };
      const { request, response } = await getUpload(deps, lookup, signal);
      return parseFromUrlStatus(request, response);
    },
  };
}

function buildFields(options: FromUrlOptions): FormField[] {
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
