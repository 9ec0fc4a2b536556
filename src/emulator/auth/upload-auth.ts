import { createHmac } from 'node:crypto';
import { UploadRefusal } from '../protocol/upload-refusal.ts';
import { isSameText } from './request-signature.ts';
import { bearerToken, checkScope, readUploadToken } from './upload-token.ts';

/** The fields of an upload request. */
interface CredentialFields {
  /** The value of a field; empty if it was not sent. */
  get(name: string): string;
}

/** The rules of a project for credentials of uploads. */
interface SigningProject {
  readonly settings: { readonly signedUploads: boolean };
  readonly project: { readonly secretKeys: readonly string[] };
  /** The number of files that were uploaded with each limited token. */
  readonly tokenOperations: Map<string, number>;
}

/** The parts of an upload request that its credential must cover. */
interface SignedRequest {
  readonly form: CredentialFields;
  /** The Authorization header; undefined if there is none. */
  readonly authorization: string | undefined;
  readonly path: string;
  readonly nowMs: number;
  /** Number of files that the request uploads; null for an endpoint that requires no credential. */
  readonly operations: number | null;
}

/**
 * Checks the credential of an upload if the project requires one (api 11.7): a signature or a token.
 * Other projects ignore credentials: recordings have `expire=60` with 200
 * (py.resources.file_upload_secure.v2).
 */
export function checkCredential(request: SignedRequest, upload: SigningProject): void {
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
  { project, tokenOperations }: SigningProject,
): void {
  const limits = readUploadToken(token, { secretKeys: project.secretKeys, nowMs });
  checkScope(limits, path.replace(/\/+$/, '/'));
  if (limits.operations === null || operations === null) return;
  // not recorded: a request that is refused for another reason also uses up operations.
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
