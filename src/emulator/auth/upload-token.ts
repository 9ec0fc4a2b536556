import { createHash, createHmac } from 'node:crypto';
import { UploadRefusal } from '../protocol/upload-refusal.ts';
import { isSameText } from './request-signature.ts';

// Limits of a token. They come from the vendor's documentation, and from the vendor's own emulator and token
// generator, which the vendor tests against the real service.
const LONGEST_LIFE_SECONDS = 86_400;
const CLOCK_LEEWAY_SECONDS = 30;
const MOST_SCOPE_ITEMS = 16;
const LONGEST_SCOPE_ITEM = 64;
const MOST_OPERATIONS = 100_000;
const CLAIMS = ['iss', 'sub', 'aud', 'exp', 'nbf', 'iat', 'jti', 'uc'];
// `*` is allowed only as the last segment of a path.
const SCOPE_ITEM = /^\/(?:[^*]*|(?:[^*]*\/)?\*)$/;

/** The permissions of a valid token. */
export interface TokenLimits {
  /**
   * The paths that the token allows. A path that ends in `*` allows every path with this beginning. Null
   * allows every endpoint.
   */
  readonly scope: readonly string[] | null;
  /** Maximum number of files that can be uploaded with the token. Null means no limit. */
  readonly operations: number | null;
}

type Json = Readonly<Record<string, unknown>>;

/**
 * Returns the token of an Authorization header. Throws `AccessTokenInvalidError` if the header is not `Bearer
 * <token>`.
 */
export function bearerToken(authorization: string): string {
  const token = /^Bearer (\S+)$/.exec(authorization)?.[1];
  if (token === undefined) throw invalid('the Authorization header must be `Bearer <token>`');
  return token;
}

/**
 * Checks a JSON Web Token and returns its permissions. The signature is HS256; its key is the SHA-256 digest
 * of a secret key of the project. Throws `AccessTokenInvalidError` or `AccessTokenExpiredError`. The reasons
 * in the texts of these errors are assumptions: no recording of the real service shows them.
 */
export function readUploadToken(
  token: string,
  { secretKeys, nowMs }: { readonly secretKeys: readonly string[]; readonly nowMs: number },
): TokenLimits {
  const [header = '', payload = '', signature = '', ...rest] = token.split('.');
  if (signature === '' || rest.length > 0) throw invalid('not a JSON Web Token');
  const { alg } = decode(header);
  const claims = decode(payload);
  if (alg !== 'HS256') throw invalid('`alg` must be HS256');
  const isRight = secretKeys.some((key) =>
    isSameText(signature, tokenSignature(key, `${header}.${payload}`)),
  );
  if (!isRight) throw invalid('the signature does not match');
  checkTimes(claims, nowMs / 1000);
  onlyKnown('claim', claims, CLAIMS);
  return readLimits(claims['uc']);
}

/** Throws `ScopeForbiddenError` if the token does not allow the path. */
export function checkScope({ scope }: TokenLimits, path: string): void {
  const isAllowed = scope?.some((item) =>
    item.endsWith('*') ? path.startsWith(item.slice(0, -1)) : path === item,
  );
  if (isAllowed === false) throw new UploadRefusal('ScopeForbiddenError');
}

function tokenSignature(secretKey: string, signed: string): string {
  const key = createHash('sha256').update(secretKey).digest();
  return createHmac('sha256', key).update(signed).digest('base64url');
}

function decode(segment: string): Json {
  try {
    const value: unknown = JSON.parse(Buffer.from(segment, 'base64url').toString('utf8'));
    if (isObject(value)) return value;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw invalid('not a JSON Web Token');
}

function checkTimes({ iat, exp, nbf }: Json, now: number): void {
  if (typeof iat !== 'number') throw invalid('`iat` is required');
  if (typeof exp !== 'number') throw invalid('`exp` is required');
  if (iat > now + CLOCK_LEEWAY_SECONDS) throw invalid('`iat` is in the future');
  if (exp <= iat) throw invalid('`exp` must be later than `iat`');
  if (exp - iat > LONGEST_LIFE_SECONDS) {
    throw invalid(`the token lives longer than ${LONGEST_LIFE_SECONDS} seconds`);
  }
  if (nbf !== undefined && typeof nbf !== 'number') throw invalid('`nbf` must be a number');
  if (nbf !== undefined && nbf > now + CLOCK_LEEWAY_SECONDS) {
    throw invalid('`nbf` is in the future');
  }
  if (exp + CLOCK_LEEWAY_SECONDS < now) throw new UploadRefusal('AccessTokenExpiredError');
}

function readLimits(uc: unknown): TokenLimits {
  if (uc === undefined) return { scope: null, operations: null };
  const { restrictions } = known('uc', uc, ['restrictions']);
  const { scope, limits } = known('uc.restrictions', restrictions, ['scope', 'limits']);
  const operations =
    limits === undefined
      ? undefined
      : known('uc.restrictions.limits', limits, ['operations'])['operations'];
  return { scope: readScope(scope), operations: readOperations(operations) };
}

function readScope(scope: unknown): readonly string[] | null {
  if (scope === undefined) return null;
  const isList = Array.isArray(scope) && scope.length > 0 && scope.length <= MOST_SCOPE_ITEMS;
  if (!isList) throw invalid(`uc.restrictions.scope must have 1 to ${MOST_SCOPE_ITEMS} items`);
  return scope.map((item: unknown) => {
    const isGood =
      typeof item === 'string' && item.length <= LONGEST_SCOPE_ITEM && SCOPE_ITEM.test(item);
    if (!isGood) throw invalid('uc.restrictions.scope items must be paths that start with `/`');
    return item;
  });
}

function readOperations(count: unknown): number | null {
  if (count === undefined) return null;
  const isGood = Number.isInteger(count) && Number(count) >= 1 && Number(count) <= MOST_OPERATIONS;
  if (!isGood) throw invalid(`uc.restrictions.limits.operations must be 1 to ${MOST_OPERATIONS}`);
  return Number(count);
}

function known(name: string, value: unknown, fields: readonly string[]): Json {
  if (!isObject(value)) throw invalid(`${name} must be an object`);
  onlyKnown(`field of ${name}`, value, fields);
  return value;
}

function onlyKnown(what: string, value: Json, fields: readonly string[]): void {
  const unknown = Object.keys(value).find((field) => !fields.includes(field));
  if (unknown !== undefined) throw invalid(`unknown ${what}: ${unknown}`);
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function invalid(reason: string): UploadRefusal {
  return new UploadRefusal('AccessTokenInvalidError', [reason]);
}
