import { createHash, createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { NOW } from '../emulator-caller.ts';
import { type Fields, uploadSetup } from '../upload-caller.ts';

const KEY = { UPLOADCARE_PUB_KEY: 'demopublickey' };
const FILE = { name: 'a.txt', data: 'hello' };
const SECONDS = NOW / 1000;
const GOOD = { iat: SECONDS, exp: SECONDS + 60 };

/** A token as the vendor's generator makes it, by code of its own. */
function mint(
  claims: object,
  { secret = 'demosecretkey', alg = 'HS256' }: { secret?: string; alg?: string } = {},
): string {
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signed = `${encode({ alg, typ: 'JWT' })}.${encode(claims)}`;
  const key = createHash('sha256').update(secret).digest();
  return `${signed}.${createHmac('sha256', key).update(signed).digest('base64url')}`;
}

function bundle(options = {}) {
  const parts = uploadSetup({ signedUploads: true, extraSecretKeys: ['second'], ...options });
  const { post, read } = parts;
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
  const upload = (headers: Record<string, string>, fields: Fields = {}) => {
    const answer = post('/base/?jsonerrors=1', { ...KEY, ...fields, file: FILE }, headers);
    const { error, file } = read(answer);
    return file === undefined ? [error.status_code, error.error_code] : 'uploaded';
  };
  const send = (claims: object, how = {}) => upload(bearer(mint(claims, how)));
  return { ...parts, bearer, upload, send };
}

const restricted = (restrictions: object) => ({ ...GOOD, uc: { restrictions } });

test('a token of any secret key of the project stands for a signature', () => {
  const { upload, send } = bundle();
  expect(upload({})).toEqual([400, 'SignatureRequiredError']);
  expect(upload({ authorization: '' })).toEqual([400, 'SignatureRequiredError']);
  expect(send(GOOD)).toBe('uploaded');
  expect(send(GOOD, { secret: 'second' })).toBe('uploaded');
  expect(send({ ...GOOD, iss: 'a', sub: 'b', jti: 'c' })).toBe('uploaded');
});

test.each([
  ['another secret', GOOD, { secret: 'wrong' }],
  ['another algorithm', GOOD, { alg: 'none' }],
  ['no time of issue', { exp: GOOD.exp }, {}],
  ['no end', { iat: GOOD.iat }, {}],
  ['issued in the future', { iat: SECONDS + 31, exp: SECONDS + 90 }, {}],
  ['a life of more than 24 hours', { iat: SECONDS, exp: SECONDS + 86_401 }, {}],
  ['an unknown claim', { ...GOOD, role: 'admin' }, {}],
  ['an empty uc', { ...GOOD, uc: {} }, {}],
  ['an unknown restriction', restricted({ size: 1 }), {}],
  ['an empty scope', restricted({ scope: [] }), {}],
  ['a bare star', restricted({ scope: ['*'] }), {}],
  ['a star inside of a segment', restricted({ scope: ['/base*'] }), {}],
  ['no operations', restricted({ limits: { operations: 0 } }), {}],
  ['too many operations', restricted({ limits: { operations: 100_001 } }), {}],
])('a token is invalid: %s', (_, claims, how) => {
  expect(bundle().send(claims, how)).toEqual([401, 'AccessTokenInvalidError']);
});

test('what is no token is invalid, with the reason in plain text too', () => {
  const { upload, post, said } = bundle();
  for (const authorization of ['Bearer not-a-jwt', 'Bearer a.b.c', 'Basic abc', 'Bearer a.b.c.d']) {
    expect(upload({ authorization })).toEqual([401, 'AccessTokenInvalidError']);
  }
  const headers = { authorization: 'Bearer not-a-jwt' };
  expect(said(post('/base/', { ...KEY, file: FILE }, headers))).toEqual([
    401,
    'Invalid token. Reason: not a JSON Web Token',
  ]);
});

test('a token lives for up to 24 hours, and 30 seconds for clocks that differ', () => {
  const { send, clock } = bundle();
  const longest = { iat: SECONDS, exp: SECONDS + 86_400 };
  expect(send(longest)).toBe('uploaded');
  clock.ms += 86_430_000;
  expect(send(longest)).toBe('uploaded');
  clock.ms += 1000;
  expect(send(longest)).toEqual([401, 'AccessTokenExpiredError']);
});

test('a scope names endpoints, and a star ends it at a whole segment', () => {
  const { send } = bundle();
  const within = (scope: string[]) => send(restricted({ scope }));
  for (const scope of [['/base/'], ['/multipart/*', '/base/'], ['/*'], ['/base/*']]) {
    expect(within(scope)).toBe('uploaded');
  }
  expect(within(['/multipart/*'])).toEqual([403, 'ScopeForbiddenError']);
  expect(within(['/base/x/*'])).toEqual([403, 'ScopeForbiddenError']);
});

test('a token counts the files that it uploads, and another token counts its own', () => {
  const { post, read, bearer, send, get } = bundle({
    urls: { 'https://example.com/*': { size: 9 } },
  });
  const claims = restricted({ limits: { operations: 3 } });
  const headers = bearer(mint(claims));
  const answer = post('/base/', { ...KEY, a: FILE, b: FILE }, headers);
  const { a } = read(answer);
  expect(answer.status).toBe(200);
  // Neither a look at a file nor a group spends an operation.
  expect(get(`/info/?pub_key=demopublickey&file_id=${a}`, headers).status).toBe(200);
  expect(post('/group/', { pub_key: 'demopublickey', 'files[0]': a }, headers).status).toBe(200);
  const source = '/from_url/?pub_key=demopublickey&source_url=https://example.com/a';
  expect(get(source, headers).status).toBe(200);
  expect(get(source, headers).status).toBe(403);
  expect(send(claims)).toEqual([403, 'OperationsLimitExceededError']);
  expect(send({ ...claims, jti: 'another' })).toBe('uploaded');
});

test('endpoints that demand no credential check a token that is sent, but for the import’s status', () => {
  const { get, said } = bundle();
  const headers = { authorization: 'Bearer rubbish' };
  const [status, words] = said(get('/info/?pub_key=demopublickey&file_id=x', headers));
  expect([status, words]).toEqual([401, 'Invalid token. Reason: not a JSON Web Token']);
  expect(said(get('/from_url/status/?token=x', headers))[0]).toBe(200);
});

test('a signature beside a token decides, and a project without signed uploads looks at neither', () => {
  const { bearer, upload } = bundle();
  const wrong = { signature: 'x', expire: String(SECONDS + 60) };
  expect(upload(bearer(mint(GOOD)), wrong)).toEqual([403, 'SignatureInvalidError']);
  expect(bundle({ signedUploads: false }).upload({ authorization: 'Bearer x' })).toBe('uploaded');
});

test('parts go to the storage, which refuses a second way to authenticate', () => {
  const { post, read, bearer, emulator } = bundle();
  const headers = bearer(mint(GOOD));
  const size = 10_485_760;
  const fields = { ...KEY, filename: 'a', size: String(size), content_type: 'a/b' };
  const { parts, uuid } = read(post('/multipart/start/', fields, headers));
  const put = (part: string, more: Record<string, string>) =>
    emulator.handle({
      method: 'PUT',
      target: part.replace(/^https?:\/\/[^/]+/, ''),
      headers: more,
      body: Buffer.alloc(size / 2),
    }).status;
  expect(put(parts[0], headers)).toBe(400);
  expect(parts.map((part: string) => put(part, {}))).toEqual([200, 200]);
  expect(post('/multipart/complete/', { ...KEY, uuid }, headers).status).toBe(200);
});
