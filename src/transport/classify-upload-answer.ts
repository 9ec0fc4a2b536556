import type { ClassifiedError } from '../core/failure.ts';
import { isJsonObject } from '../core/json.ts';
import type { WireResponse } from '../core/world.ts';
import { parseJsonOrNull, printableDetail } from './answer-detail.ts';
import {
  failureFrom,
  KEYS,
  LOST,
  REFUSED,
  THROTTLED,
  type Verdict,
  verdictByStatus,
  WRONG_API,
} from './answer-verdict.ts';
import type { ApiRequest } from './send.ts';

interface UploadError {
  readonly status: number;
  readonly code: string | null;
  readonly text: string | null;
}

/**
 * Creates the failure for an answer of the Upload API; null for a success. If the request asks for JSON
 * errors, the API answers 200 with an `error` object. If not, it answers an error status with plain text
 * (docs/uploadcare-api.md 11.1).
 */
export function classifyUploadAnswer(
  request: ApiRequest,
  answer: WireResponse,
  serverNow: number,
): ClassifiedError | null {
  const error = parseError(answer);
  if (error === null) return null;
  const { status, code, text } = error;
  const isWrongServer = status === 404 && text === null;
  const verdict =
    uploadVerdict(code, text) ?? (isWrongServer ? WRONG_API : verdictByStatus(status));
  const named = code === null || verdict.code !== undefined ? verdict : { ...verdict, code };
  return failureFrom(request, { answer, status, verdict: named, detail: text, serverNow });
}

function parseError(answer: WireResponse): UploadError | null {
  const isOk = answer.status >= 200 && answer.status <= 299;
  const parsed = parseJsonError(answer.body);
  if (parsed !== null) return { ...parsed, status: parsed.status ?? (isOk ? 400 : answer.status) };
  if (isOk) return null;
  const isHtml = /html/i.test(answer.headers['content-type'] ?? '') || /^\s*</.test(answer.body);
  const text = isHtml || answer.body === '' ? null : printableDetail(answer.body);
  return { status: answer.status, code: null, text };
}

type ParsedError = Omit<UploadError, 'status'> & { readonly status: number | null };

/**
 * Parses `{"error":{"content","status_code","error_code"}}`. Null for any other body. The status of an upload
 * from a URL also has a field `error`, but it is a text.
 */
function parseJsonError(body: string): ParsedError | null {
  if (!body.includes('"error"')) return null; // avoids parsing every success twice
  const parsed = parseJsonOrNull(body);
  if (!isJsonObject(parsed) || !isJsonObject(parsed['error'])) return null;
  const { content, status_code: status, error_code: code } = parsed['error'];
  return {
    status: Number.isInteger(status) ? Number(status) : null,
    code: typeof code === 'string' ? printableDetail(code).slice(0, 64) : null,
    text: typeof content === 'string' ? printableDetail(content) : null,
  };
}

const ACCOUNT: Verdict = {
  kind: 'fatal',
  fatalCause: 'account',
  message:
    'the account or the project takes no uploads: blocked, unpaid, removed or over its limits; settle this in the dashboard, then resume the run: no item was used up',
};
const AUTOSTORE: Verdict = {
  kind: 'fatal',
  fatalCause: 'configuration',
  message: 'the project does not store files automatically; set `store`',
};
const EXPIRED: Verdict = {
  kind: 'transient',
  code: 'signature_expired',
  message: 'signed too long ago',
};
const TOKEN_EXPIRED: Verdict = {
  ...EXPIRED,
  code: 'token_expired',
  message: 'the token has expired',
};
const TOKEN_REFUSED: Verdict = {
  ...KEYS,
  message:
    'the upload token was refused: check that the secret key is one of the project, or run with --upload-auth signature; then resume the run: no item was used up',
};
const ALREADY: Verdict = {
  ...REFUSED,
  code: 'already_uploaded',
  message: 'the upload was completed',
};

/** Error codes that mean something else than their status. */
const BY_CODE: ReadonlyMap<string, Verdict> = new Map([
  ['RequestThrottledError', THROTTLED],
  ['ProjectPublicKeyRequiredError', KEYS],
  ['ProjectPublicKeyInvalidError', KEYS],
  ['ProjectPublicKeyRemovedError', ACCOUNT],
  ['SignatureRequiredError', KEYS],
  ['SignatureInvalidError', KEYS],
  ['SignatureExpirationRequiredError', KEYS],
  ['SignatureExpirationInvalidError', KEYS],
  ['SignatureExpirationError', EXPIRED],
  ['AccessTokenInvalidError', TOKEN_REFUSED],
  ['AccessTokenExpiredError', TOKEN_EXPIRED],
  ['AccountBlockedError', ACCOUNT],
  ['AccountUnpaidError', ACCOUNT],
  ['AccountLimitsExceededError', ACCOUNT],
  ['AutostoreDisabledError', AUTOSTORE],
  ['MethodNotAllowedError', WRONG_API],
  ['MultipartFileAlreadyUploadedError', ALREADY],
  ['InternalServerError', LOST],
]);

/** Error texts of answers without an error code: plain text, and answers from before 2021. */
const BY_TEXT: readonly (readonly [RegExp, Verdict])[] = [
  [/^Request was throttled/, THROTTLED],
  [/^(UPLOADCARE_PUB_KEY|pub_key) is (required|invalid)/, KEYS],
  [/^(`?signature`? is required|`?expire`? (is required|must be)|Invalid signature)/, KEYS],
  [/^Expired signature/, EXPIRED],
  [/^(Project (\S+ )?is marked as removed|Account has )/, ACCOUNT],
  [/^Autostore is disabled/, AUTOSTORE],
  [/^File is already uploaded/, ALREADY],
];

/**
 * The meaning of an error of the Upload API, by its code, or by its text if the code is unknown. Undefined if
 * both are unknown.
 */
function uploadVerdict(code: string | null, text: string | null): Verdict | undefined {
  const known = code === null ? undefined : BY_CODE.get(code);
  return known ?? BY_TEXT.find(([pattern]) => pattern.test(text ?? ''))?.[1];
}
