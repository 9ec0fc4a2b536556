import { KEYS, LOST, REFUSED, THROTTLED, type Verdict, WRONG_API } from './answer-verdict.ts';

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
  ['AccessTokenInvalidError', KEYS],
  ['AccessTokenExpiredError', EXPIRED],
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
export function uploadVerdict(code: string | null, text: string | null): Verdict | undefined {
  const known = code === null ? undefined : BY_CODE.get(code);
  return known ?? BY_TEXT.find(([pattern]) => pattern.test(text ?? ''))?.[1];
}
