import { createHmac } from 'node:crypto';
import { UploadRefusal } from '../protocol/upload-refusal.ts';
import { isSameText } from './request-signature.ts';
import { bearerToken, checkScope, readUploadToken } from './upload-token.ts';

/** The form fields of an upload request. */
interface CredentialFields {
  /** The value of a field. An empty string if the request does not have the field. */
  get(name: string): string;
}

/** The parts of a project that decide which uploads are allowed. */
interface SigningProject {
  readonly settings: { readonly signedUploads: boolean };
  readonly project: { readonly secretKeys: readonly string[] };
  /** How many files were uploaded with each token that limits their number. The key is the token. */
  readonly tokenOperations: Map<string, number>;
}

/** The parts of an upload request that are needed to check its signature or token. */
interface SignedRequest {
  readonly form: CredentialFields;
  /** The Authorization header; undefined if there is none. */
  readonly authorization: string | undefined;
  readonly path: string;
  readonly nowMs: number;
  /** Number of files that the request uploads. Null if the endpoint requires no signature and no token. */
  readonly operations: number | null;
}

/**
 * Checks the signature or the token of an upload if the project has `signedUploads` (docs/uploadcare-api.md
 * 11.7). Without `signedUploads`, both are ignored: in the recording `py.resources.file_upload_secure.v2` the
 * service answers 200 although the signature has expired (`expire=60`).
 */
export function checkCredential(request: SignedRequest, upload: SigningProject): void {
  const { form, authorization, operations, nowMs } = request;
  if (!upload.settings.signedUploads) return;
  // If a request has both a token and a signature, the signature decides (vendor's documentation).
  if (authorization && form.get('signature') === '') {
    checkToken(request, bearerToken(authorization), upload);
  } else if (operations !== null) {
    checkSignature(form, upload.project.secretKeys, nowMs);
  }
}

function checkToken(
  { path, operations, nowMs }: SignedRequest,
  token: string,
  { project, tokenOperations }: SigningProject,
): void {
  const limits = readUploadToken(token, { secretKeys: project.secretKeys, nowMs });
  checkScope(limits, path.replace(/\/+$/, '/'));
  if (limits.operations === null || operations === null) return;
  // A token allows a limited number of operations, i.e. uploaded files. Assumption: a request counts even if
  // it is refused later for another reason. No recording of the real service shows this case.
  const spent = (tokenOperations.get(token) ?? 0) + operations;
  if (spent > limits.operations) throw new UploadRefusal('OperationsLimitExceededError');
  tokenOperations.set(token, spent);
}

function checkSignature(
  form: CredentialFields,
  secretKeys: readonly string[],
  nowMs: number,
): void {
  const [signature, expire] = [form.get('signature'), form.get('expire')];
  // The order of these checks is an assumption: no recording of the real service shows it.
  if (signature === '') throw new UploadRefusal('SignatureRequiredError');
  if (expire === '') throw new UploadRefusal('SignatureExpirationRequiredError');
  if (!/^\d{1,12}$/.test(expire)) throw new UploadRefusal('SignatureExpirationInvalidError');
  const isRight = secretKeys.some((key) => isSameText(signature, uploadSignature(key, expire)));
  if (!isRight) throw new UploadRefusal('SignatureInvalidError');
  if (Number(expire) * 1000 < nowMs) throw new UploadRefusal('SignatureExpirationError');
}

/**
 * The signature of an upload: HMAC-SHA256 in lower-case hex. The secret key signs the expiry time, written in
 * decimal (docs/uploadcare-api.md 11.7).
 */
export function uploadSignature(secretKey: string, expire: string): string {
  return createHmac('sha256', secretKey).update(expire).digest('hex');
}
