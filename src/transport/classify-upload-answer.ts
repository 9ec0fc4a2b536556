import type { ClassifiedError } from '../core/failure.ts';
import type { JsonValue } from '../core/json.ts';
import type { WireResponse } from '../core/world.ts';
import { jsonIn, printableDetail } from './answer-detail.ts';
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
 * What is wrong with an answer of the Upload API; null where nothing is. Asked for JSON errors, it
 * answers 200 and an `error` object; else a status and plain text (api 11.1).
 */
export function classifyUploadAnswer(
  request: ApiRequest,
  answer: WireResponse,
  serverNow: number,
): ClassifiedError | null {
  const error = errorIn(answer);
  if (error === null) return null;
  const { status, code, text } = error;
  const isNoApi = status === 404 && text === null;
  const verdict = uploadVerdict(code, text) ?? (isNoApi ? WRONG_API : verdictByStatus(status));
  const named = code === null || verdict.code !== undefined ? verdict : { ...verdict, code };
  return failureFrom(request, { answer, status, verdict: named, detail: text, serverNow });
}

function errorIn(answer: WireResponse): UploadError | null {
  const isOk = answer.status >= 200 && answer.status <= 299;
  const told = jsonError(answer.body);
  if (told !== null) return { ...told, status: told.status ?? (isOk ? 400 : answer.status) };
  if (isOk) return null;
  const isHtml = /html/i.test(answer.headers['content-type'] ?? '') || /^\s*</.test(answer.body);
  const text = isHtml || answer.body === '' ? null : printableDetail(answer.body);
  return { status: answer.status, code: null, text };
}

type ToldError = Omit<UploadError, 'status'> & { readonly status: number | null };

/** `{"error":{"content","status_code","error_code"}}`; a status answer's `error` is a text, and none of ours. */
function jsonError(body: string): ToldError | null {
  if (!body.includes('"error"')) return null; // nothing is parsed twice without need
  const parsed = jsonIn(body);
  if (!isBlock(parsed) || !isBlock(parsed['error'])) return null;
  const { content, status_code: status, error_code: code } = parsed['error'];
  return {
    status: Number.isInteger(status) ? Number(status) : null,
    code: typeof code === 'string' ? printableDetail(code).slice(0, 64) : null,
    text: typeof content === 'string' ? printableDetail(content) : null,
  };
}

function isBlock(value: JsonValue | undefined): value is { [key: string]: JsonValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const ACCOUNT: Verdict = {
  kind: 'fatal',
  fatalCause: 'account',
  say: 'the account or the project takes no uploads: blocked, unpaid, removed or over its limits; settle this in the dashboard, then resume the run: no item was used up',
};
const AUTOSTORE: Verdict = {
  kind: 'fatal',
  fatalCause: 'configuration',
  say: 'the project does not store by itself, say whether to store',
};
const EXPIRED: Verdict = {
  kind: 'transient',
  code: 'signature_expired',
  say: 'signed too long ago',
};
const TOKEN_EXPIRED: Verdict = { ...EXPIRED, code: 'token_expired', say: 'the token has expired' };
const TOKEN_REFUSED: Verdict = {
  ...KEYS,
  say: 'the upload token was refused: check that the secret key is one of the project, or run with --upload-auth signature; then resume the run: no item was used up',
};
const ALREADY: Verdict = { ...REFUSED, code: 'already_uploaded', say: 'the upload was completed' };

/** Codes whose meaning their status does not tell; every other one is as its status. */
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

/** The same by the service's words, for answers that name no code (text/plain, and before 2021). */
const BY_TEXT: readonly (readonly [RegExp, Verdict])[] = [
  [/^Request was throttled/, THROTTLED],
  [/^(UPLOADCARE_PUB_KEY|pub_key) is (required|invalid)/, KEYS],
  [/^(`?signature`? is required|`?expire`? (is required|must be)|Invalid signature)/, KEYS],
  [/^Expired signature/, EXPIRED],
  [/^(Project (\S+ )?is marked as removed|Account has )/, ACCOUNT],
  [/^Autostore is disabled/, AUTOSTORE],
  [/^File is already uploaded/, ALREADY],
];

/** What an error of the Upload API means by its code, else by its text; undefined where neither tells. */
function uploadVerdict(code: string | null, text: string | null): Verdict | undefined {
  const known = code === null ? undefined : BY_CODE.get(code);
  return known ?? BY_TEXT.find(([pattern]) => pattern.test(text ?? ''))?.[1];
}
