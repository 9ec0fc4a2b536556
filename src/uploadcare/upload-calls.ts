import type { Random } from '../core/world.ts';
import type { ApiRequest, ApiResponse, Send, SendPermit } from '../transport/send.ts';
import type { Credentials } from './credentials.ts';
import { type FormField, type FormFile, multipartForm } from './form-data.ts';
import type { UploadSigner } from './upload-signature.ts';

const SLOWEST_BYTES_PER_S = 100_000; // a slower connection counts as broken
const BASE_DEADLINE_MS = 60_000;

/** Stores the upload or not; `auto` uses the project's own setting. */
type StoreFlag = boolean | 'auto';

/** Properties that an upload gives to the new file. */
export interface UploadSettings {
  readonly store: StoreFlag;
  /** At most 50 keys of 64 characters, with values of 512. */
  readonly metadata?: Readonly<Record<string, string>>;
  readonly tags?: readonly string[];
}

/** The dependencies that all endpoints of the Upload API share. */
export interface UploadDependencies {
  readonly send: Send;
  readonly publicKey: Credentials['publicKey'];
  /** null if uploads are not signed. */
  readonly sign: UploadSigner | null;
  readonly random: Random;
}

/** A form for one endpoint. */
export interface UploadForm {
  /** Without a query: `/base/`. */
  readonly path: string;
  readonly fields: readonly FormField[];
  /** The name of the field for the public key. */
  readonly keyField: 'UPLOADCARE_PUB_KEY' | 'pub_key';
  readonly isSigned: boolean;
  readonly file?: FormFile;
}

/** A request, for messages, and its answer. */
export interface UploadCall {
  readonly request: ApiRequest;
  readonly response: ApiResponse;
}

/** Sends a form. Errors are requested as JSON, which includes an error code. */
export async function postForm(
  deps: UploadDependencies,
  form: UploadForm,
  permit: SendPermit,
): Promise<UploadCall> {
  return call(deps, { ...buildFormRequest(deps, form), mutates: true, ...permit });
}

/** Sends a form without a visible effect, however often it is sent, so no intent is needed. */
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
  const fields = [[form.keyField, deps.publicKey.reveal()] as const, ...form.fields];
  const permission = form.isSigned && deps.sign !== null ? deps.sign() : null;
  if (permission !== null && 'signature' in permission) {
    fields.push(['signature', permission.signature], ['expire', permission.expire]);
  }
  const isToken = permission !== null && 'authorization' in permission;
  const payload = multipartForm(fields, {
    random: deps.random,
    ...(file === undefined ? {} : { file }),
  });
  return {
    method: 'POST',
    target: `${form.path}?jsonerrors=1`,
    payload,
    ...(isToken && { authorization: permission.authorization }),
    deadlineMs: uploadDeadline(payload.bytes.size),
  } as const;
}

/** Sends a GET request, with the public key if the endpoint requires it. */
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

/** Converts the settings to form fields. */
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

/** Maximum time for an upload of this many bytes, ms. */
export function uploadDeadline(bytes: number): number {
  return BASE_DEADLINE_MS + Math.ceil((bytes / SLOWEST_BYTES_PER_S) * 1000);
}
