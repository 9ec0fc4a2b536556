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

/** Options for the import of a file from a URL. */
export interface FromUrlOptions extends UploadSettings {
  /** The URL, or a function that creates it when the request leaves, because it is valid only for some time. */
  readonly sourceUrl: string | (() => Promise<string>);
  /** The name of the new file. If it is missing, the service chooses a name. */
  readonly filename?: string;
  /**
   * True to reuse a file: if an earlier import of the same URL had `saveDuplicates`, the service returns the
   * file of that import. If this option is missing, the service imports the file again.
   */
  readonly checkDuplicates?: boolean;
  /**
   * True to remember this import for later imports with `checkDuplicates`. If this option is missing, the
   * value of `checkDuplicates` is used.
   */
  readonly saveDuplicates?: boolean;
}

/** The endpoints below `/from_url/` (docs/uploadcare-api.md 11.4). */
export interface FromUrlApi {
  /**
   * Starts an import. If the same request is sent again, the service makes another file, unless
   * `checkDuplicates` is true.
   */
  start(options: FromUrlOptions, permit: SendPermit): Promise<FromUrlStart>;
  status(token: string, signal: AbortSignal): Promise<FromUrlStatus>;
}

export function createFromUrlApi(deps: UploadDependencies): FromUrlApi {
  return {
    async start(options, permit) {
      const form = {
        path: '/from_url/',
        keyField: 'pub_key',
        fields: fieldsOf(options),
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

function fieldsOf(
  options: FromUrlOptions,
): readonly FormField[] | (() => Promise<readonly FormField[]>) {
  const { sourceUrl } = options;
  if (typeof sourceUrl === 'string') return buildFields(sourceUrl, options);
  return async () => buildFields(await sourceUrl(), options);
}

function buildFields(sourceUrl: string, options: FromUrlOptions): FormField[] {
  const { filename, checkDuplicates, saveDuplicates } = options;
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
