import { expect, test } from 'vitest';
import { createRedactor } from '../../../src/core/redact-secrets.ts';

const SECRET = 'canarysecret0123456789';
const redact = createRedactor([SECRET, 'a second/"secret"']);
const base64 = (text: string) => Buffer.from(text).toString('base64');
const percent = (text: string) => Buffer.from(text).toString('hex').replaceAll(/../g, '%$&');

test.each([
  SECRET,
  base64(SECRET),
  base64(`x${SECRET}`),
  base64(`xy${SECRET}`),
  Buffer.from(`?${SECRET}>`).toString('base64url'),
  base64(base64(`key ${SECRET}`)),
  Buffer.from(SECRET).toString('hex'),
  percent(SECRET),
  percent(percent(SECRET)),
  percent(`key=${SECRET}`).toUpperCase(),
  SECRET.replace('c', '%63'),
  SECRET.replace('y', '%2579'),
  percent('a second/"secret"'),
  encodeURIComponent('a second/"secret"'),
  encodeURIComponent('a second/"secret"').toLowerCase(),
  JSON.stringify('a second/"secret"').slice(1, -1),
  `Uploadcare.Simple demopublickey:${SECRET}`,
])('no form of a known secret is left: %s', (form) => {
  const text = redact(`the proxy got "${form}", and refuses`);
  expect(text).toMatch(/^the proxy got ".*\[redacted\]", and refuses$/);
  expect(text).not.toContain(form);
});

test.each([
  'Uploadcare demopublickey:0123456789abcdef0123456789abcdef01234567',
  'uploadcare.simple otherkey:othersecret',
  'Uploadcare%20demopublickey%3A0123456789abcdef0123456789abcdef01234567',
  base64('authorization: Uploadcare demopublickey:0123456789abcdef0123456789abcdef01234567'),
  base64('Uploadcare.Simple demopublickey:othersecret'),
])('an Authorization header is replaced without knowing its key: %s', (header) => {
  const text = redact(`{"echo":"${header}"}`);
  expect(text).toContain('[redacted]"}');
  expect(text).not.toMatch(/0123456789abcdef|othersecret|VXBsb2Fk/);
});

test.each(['signature=', '"signature":"', 'X-Amz-Signature=', 'signature%3D', 'signature: '])(
  'a signature is replaced: %s',
  (before) => {
    const signature = 'ab'.repeat(32);
    expect(redact(`${before}${signature}`)).toBe(`${before}[redacted]`);
  },
);

test('the login of a proxy is replaced if the proxy echoes it', () => {
  expect(redact('Proxy-Authorization: Basic bWU6eA==, x')).toBe(
    'Proxy-Authorization: Basic [redacted], x',
  );
  expect(redact('{"proxy-authorization":"Basic bWU6eA=="}')).toBe(
    '{"proxy-authorization":"Basic [redacted]"}',
  );
});

test('what is no secret stays: UUIDs, URLs, checksums, words', () => {
  const text = `one%20file%2C%64emo.jpg 1bac376c-aa7e-4356-861b-dd2657b5bfd2 https://ucarecdn.com/a/-/resize/300x200/ sha256 ${'0f'.repeat(32)} ThisIsALongNameOfAFileWithoutSpaces.jpg Uploadcare project:`;
  expect(redact(text)).toBe(text);
  expect(createRedactor(['demo'])('the demo')).toBe('the demo');
});

test('the token of a signed upload is replaced, however it is echoed', () => {
  const token = `${'eyJhbGciOiJIUzI1NiJ9'}.${'eyJpYXQiOjE2NzgzNjE2NDB9'}.${'s'.repeat(43)}`;
  const text = createRedactor([])(`Bearer ${token} is expired, "${token}"`);
  expect(text).toBe('Bearer [redacted] is expired, "[redacted]"');
});

test.each([
  ['?X-Amz-Security-Token=IQoJb3JpZ2luX2Vj%2F%2Bx%3D%3D&X-Amz-Date=1', '=[redacted]&X-Amz-Date=1'],
  ['%3FX-Amz-Security-Token%3DIQoJb3JpZ2luX2Vj%252Fx%26x%3D1 failed', '%3D[redacted] failed'],
  ['"x-amz-security-token":"IQoJb3JpZ2luX2Vj/+x=="', '":"[redacted]"'],
])('the session token of a signed URL is replaced in %s', (text, end) => {
  const clean = createRedactor([])(text);
  expect(clean).not.toContain('IQoJ');
  expect(clean.endsWith(end)).toBe(true);
});
