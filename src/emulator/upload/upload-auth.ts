import { createHmac } from 'node:crypto';
import { isSameText } from '../request-signature.ts';
import type { UploadForm } from './upload-form.ts';
import type { UploadProject } from './upload-project.ts';
import { UploadRefusal } from './upload-refusal.ts';

/** The project an upload is for; `keyField` is the name its public key goes by (contract 11.1). */
export function projectOfUpload(
  form: UploadForm,
  keyField: 'UPLOADCARE_PUB_KEY' | 'pub_key',
  projects: ReadonlyMap<string, UploadProject>,
): UploadProject {
  const key = form.get(keyField);
  if (key === '') throw new UploadRefusal('ProjectPublicKeyRequiredError', [keyField]);
  const project = projects.get(key);
  if (project === undefined) throw new UploadRefusal('ProjectPublicKeyInvalidError', [keyField]);
  const { uploadRefusal } = project.settings;
  if (uploadRefusal !== null) throw new UploadRefusal(uploadRefusal, [key]);
  return project;
}

/**
 * Checks a signed upload where the project demands one (contract 11.7). A project that does not
 * looks at no signature: recordings have `expire=60` with 200 (py.resources.file_upload_secure.v2).
 */
export function checkUploadSignature(
  form: UploadForm,
  { project, settings }: UploadProject,
  nowMs: number,
): void {
  if (!settings.signedUploads) return;
  const [signature, expire] = [form.get('signature'), form.get('expire')];
  // not recorded: the order of these checks.
  if (signature === '') throw new UploadRefusal('SignatureRequiredError');
  if (expire === '') throw new UploadRefusal('SignatureExpirationRequiredError');
  if (!/^\d{1,12}$/.test(expire)) throw new UploadRefusal('SignatureExpirationInvalidError');
  const isRight = project.secretKeys.some((key) =>
    isSameText(signature, uploadSignature(key, expire)),
  );
  if (!isRight) throw new UploadRefusal('SignatureInvalidError');
  if (Number(expire) * 1000 < nowMs) throw new UploadRefusal('SignatureExpirationError');
}

/** Lower-case hex HMAC-SHA256 of the expiry, in decimal, under the secret key (contract 11.7). */
export function uploadSignature(secretKey: string, expire: string): string {
  return createHmac('sha256', secretKey).update(expire).digest('hex');
}
