import { createHmac } from 'node:crypto';
import { isSameText } from '../request-signature.ts';
import type { UploadForm } from './upload-form.ts';
import type { UploadProject } from './upload-project.ts';
import { UploadRefusal } from './upload-refusal.ts';
import { bearerToken, checkScope, readUploadToken } from './upload-token.ts';

/** The project an upload is for; `keyField` is the name its public key goes by (api 11.1). */
export function projectOfUpload(
  form: UploadForm,
  keyField: 'UPLOADCARE_PUB_KEY' | 'pub_key',
  projects: ReadonlyMap<string, UploadProject>,
): UploadProject {
  const key = form.get(keyField);
  if (key === '') throw new UploadRefusal('ProjectPublicKeyRequiredError', [keyField]);
  const project = projects.get(key);
  if (project === undefined) throw new UploadRefusal('ProjectPublicKeyInvalidError', [keyField]);
  return project;
}

/** What of a request its credential has to cover. */
export interface SignedRequest {
  readonly form: UploadForm;
  /** The Authorization header; undefined if there is none. */
  readonly authorization: string | undefined;
  readonly path: string;
  readonly nowMs: number;
  /** How many files the request uploads; null for an endpoint that demands no credential. */
  readonly operations: number | null;
}

/**
 * Checks the credential of an upload if the project demands one (api 11.7): a signature, or
 * else a token. A project that does not demand one looks at none: recordings have `expire=60` with
 * 200 (py.resources.file_upload_secure.v2).
 */
export function checkCredential(request: SignedRequest, upload: UploadProject): void {
  const { form, authorization, operations, nowMs } = request;
  if (!upload.settings.signedUploads) return;
  // The documentation: a request with both is checked by its signature.
  if (authorization && form.get('signature') === '') {
    checkToken(request, bearerToken(authorization), upload);
  } else if (operations !== null) {
    checkSignature(form, upload.project.secretKeys, nowMs);
  }
}

function checkToken(
  { path, operations, nowMs }: SignedRequest,
  token: string,
  { project, tokenOperations }: UploadProject,
): void {
  const limits = readUploadToken(token, { secretKeys: project.secretKeys, nowMs });
  checkScope(limits, path.replace(/\/+$/, '/'));
  if (limits.operations === null || operations === null) return;
  // not recorded: a request that is refused for another reason spends its operations too.
  const spent = (tokenOperations.get(token) ?? 0) + operations;
  if (spent > limits.operations) throw new UploadRefusal('OperationsLimitExceededError');
  tokenOperations.set(token, spent);
}

function checkSignature(form: UploadForm, secretKeys: readonly string[], nowMs: number): void {
  const [signature, expire] = [form.get('signature'), form.get('expire')];
  // not recorded: the order of these checks.
  if (signature === '') throw new UploadRefusal('SignatureRequiredError');
  if (expire === '') throw new UploadRefusal('SignatureExpirationRequiredError');
  if (!/^\d{1,12}$/.test(expire)) throw new UploadRefusal('SignatureExpirationInvalidError');
  const isRight = secretKeys.some((key) => isSameText(signature, uploadSignature(key, expire)));
  if (!isRight) throw new UploadRefusal('SignatureInvalidError');
  if (Number(expire) * 1000 < nowMs) throw new UploadRefusal('SignatureExpirationError');
}

/** Lower-case hex HMAC-SHA256 of the expiry, in decimal, under the secret key (api 11.7). */
export function uploadSignature(secretKey: string, expire: string): string {
  return createHmac('sha256', secretKey).update(expire).digest('hex');
}
