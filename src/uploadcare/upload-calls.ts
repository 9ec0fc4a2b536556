import { bodyDeadline } from '../core/body-deadline.ts';
import type { Random } from '../core/world.ts';
import type { ApiRequest, ApiResponse, Send, SendPermit } from '../transport/send.ts';
import type { Credentials } from './credentials.ts';
import { type FormField, type FormFile, multipartForm } from './form-data.ts';
import type { UploadSigner } from './upload-signature.ts';

/** Says if the new file is stored permanently. `auto` means that the setting of the project decides. */
type StoreFlag = boolean | 'auto';

/** The properties of the file that an upload makes. */
export interface UploadSettings {
  readonly store: StoreFlag;
  /** At most 50 keys of at most 64 characters. Their values have at most 512 characters. */
  readonly metadata?: Readonly<Record<string, string>>;
  readonly tags?: readonly string[];
}

/** The objects that all endpoints of the Upload API need. */
export interface UploadDependencies {
  readonly send: Send;
  readonly publicKey: Credentials['publicKey'];
  /** Signs uploads; null if the project does not require signed uploads. */
  readonly sign: UploadSigner | null;
  readonly random: Random;
}

/** The form that a request to an endpoint sends. */
export interface UploadForm {
  /** The path of the endpoint, such as `/base/`. */
  readonly path: string;
  /** The fields, or a function that creates them when the request leaves. */
  readonly fields: readonly FormField[] | (() => Promise<readonly FormField[]>);
  /** The name of the field that contains the public key; it depends on the endpoint. */
  readonly keyField: 'UPLOADCARE_PUB_KEY' | 'pub_key';
  readonly isSigned: boolean;
  readonly file?: FormFile;
}

/** An answer and its request. Error messages need the request. */
export interface UploadCall {
  readonly request: ApiRequest;
  readonly response: ApiResponse;
}

/**
 * Sends a form that may change something. Asks the service for errors as JSON, because these contain an error
 * code.
 */
export async function postForm(
  deps: UploadDependencies,
  form: UploadForm,
  permit: SendPermit,
): Promise<UploadCall> {
  return call(deps, { ...buildFormRequest(deps, form), mutates: true, ...permit });
}

/**
 * Sends a form that changes nothing anybody can see, even if it is sent several times. So ucbulk need not
 * record the request in the run's database before it is sent.
 */
export async function postHarmlessForm(
  deps: UploadDependencies,
  form: UploadForm,
  signal: AbortSignal,
): Promise<UploadCall> {
  return call(deps, { ...buildFormRequest(deps, form), mutates: false, signal });
}

async function call({ send }: UploadDependencies, request: ApiRequest): Promise<UploadCall> {
  return { request, response: await send(request) };
}

function buildFormRequest(deps: UploadDependencies, form: UploadForm) {
  const { file } = form;
  const { fields: given } = form;
  const first: FormField[] = [[form.keyField, deps.publicKey.reveal()]];
  const permission = form.isSigned && deps.sign !== null ? deps.sign() : null;
  if (permission !== null && 'signature' in permission) {
    first.push(['signature', permission.signature], ['expire', permission.expire]);
  }
  const isToken = permission !== null && 'authorization' in permission;
  const fields =
    typeof given === 'function' ? async () => [...first, ...(await given())] : [...first, ...given];
  const payload = multipartForm(fields, {
    random: deps.random,
    ...(file === undefined ? {} : { file }),
  });
  return {
    method: 'POST',
    target: `${form.path}?jsonerrors=1`,
    payload,
    ...(isToken && { authorization: permission.authorization }),
    deadlineMs: bodyDeadline(file?.bytes.size ?? 0),
  } as const;
}

/** Sends a GET request. Adds the public key if the endpoint requires it. */
export async function getUpload(
  deps: UploadDependencies,
  lookup: { path: string; query: Readonly<Record<string, string>>; withKey: boolean },
  signal: AbortSignal,
): Promise<UploadCall> {
  const key = lookup.withKey ? { pub_key: deps.publicKey.reveal() } : {};
  const query = new URLSearchParams({ jsonerrors: '1', ...key, ...lookup.query });
  const target = `${lookup.path}?${query}`;
  return call(deps, { method: 'GET', target, mutates: false, signal });
}

/** Converts the settings of an upload to form fields. */
export function settingFields(
  { store, metadata, tags }: UploadSettings,
  storeField: 'UPLOADCARE_STORE' | 'store',
): FormField[] {
  return [
    [storeField, store === 'auto' ? 'auto' : store ? '1' : '0'],
    ...Object.entries(metadata ?? {}).map(([key, value]): FormField => [`metadata[${key}]`, value]),
    ...(tags === undefined || tags.length === 0 ? [] : [['tags', tags.join(',')] as const]),
  ];
}
