import type { Random } from '../core/world.ts';
import type { ApiRequest, ApiResponse, Send, SendPermit } from '../transport/send.ts';
import type { Credentials } from './credentials.ts';
import { type FormField, type FormFile, multipartForm } from './form-data.ts';
import type { UploadSigner } from './upload-signature.ts';

const SLOWEST_BYTES_PER_S = 100_000; // a slower line is as good as a broken one
const BASE_DEADLINE_MS = 60_000;

/** Whether an upload is stored; `auto` is the project's own setting. */
type StoreFlag = boolean | 'auto';

/** What is said of a file as it is uploaded. */
export interface UploadSettings {
  readonly store: StoreFlag;
  /** At most 50 keys of 64 characters, values of 512. */
  readonly metadata?: Readonly<Record<string, string>>;
  readonly tags?: readonly string[];
}

/** What all endpoints of the Upload API share. */
export interface UploadPorts {
  readonly send: Send;
  readonly publicKey: Credentials['publicKey'];
  /** null where uploads are not signed. */
  readonly sign: UploadSigner | null;
  readonly random: Random;
}

/** One form to one endpoint. */
export interface UploadForm {
  /** Without a query: `/base/`. */
  readonly path: string;
  readonly fields: readonly FormField[];
  /** The field that takes the public key. */
  readonly keyField: 'UPLOADCARE_PUB_KEY' | 'pub_key';
  readonly isSigned: boolean;
  readonly file?: FormFile;
}

/** What was asked, for messages, and its answer. */
export interface UploadCall {
  readonly request: ApiRequest;
  readonly response: ApiResponse;
}

/** Sends a form; errors come as JSON, which names them by a code. */
export async function postForm(
  ports: UploadPorts,
  form: UploadForm,
  permit: SendPermit,
): Promise<UploadCall> {
  return call(ports, { ...posted(ports, form), mutates: true, ...permit });
}

/** Sends a form that leaves nothing to be seen, however often it is sent: no intent is needed. */
export async function postHarmlessForm(
  ports: UploadPorts,
  form: UploadForm,
  signal: AbortSignal,
): Promise<UploadCall> {
  return call(ports, { ...posted(ports, form), mutates: false, signal });
}

async function call({ send }: UploadPorts, request: ApiRequest): Promise<UploadCall> {
  return { request, response: await send(request) };
}

function posted(ports: UploadPorts, form: UploadForm) {
  const { file } = form;
  const fields = [[form.keyField, ports.publicKey.reveal()] as const, ...form.fields];
  const permission = form.isSigned && ports.sign !== null ? ports.sign() : null;
  if (permission !== null && 'signature' in permission) {
    fields.push(['signature', permission.signature], ['expire', permission.expire]);
  }
  const isToken = permission !== null && 'authorization' in permission;
  const payload = multipartForm(fields, {
    random: ports.random,
    ...(file === undefined ? {} : { file }),
  });
  return {
    method: 'POST',
    target: `${form.path}?jsonerrors=1`,
    payload,
    ...(isToken && { authorization: permission.authorization }),
    lane: 'mutate',
    deadlineMs: uploadDeadline(payload.bytes.size),
  } as const;
}

/** Reads; with the public key where the endpoint wants it. */
export async function getUpload(
  ports: UploadPorts,
  asked: { path: string; query: Readonly<Record<string, string>>; withKey: boolean },
  signal: AbortSignal,
): Promise<UploadCall> {
  const key = asked.withKey ? { pub_key: ports.publicKey.reveal() } : {};
  const query = new URLSearchParams({ jsonerrors: '1', ...key, ...asked.query });
  const target = `${asked.path}?${query}`;
  return call(ports, { method: 'GET', target, mutates: false, lane: 'poll', signal });
}

/** The settings as form fields. */
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

/** Time for so many bytes to go up, ms. */
export function uploadDeadline(bytes: number): number {
  return BASE_DEADLINE_MS + Math.ceil((bytes / SLOWEST_BYTES_PER_S) * 1000);
}
