import { expect, test } from 'vitest';
import { UPLOAD_API } from '../../../src/transport/api-dialect.ts';
import type { MutationRequest } from '../../../src/transport/send.ts';

const upload: MutationRequest = {
  method: 'POST',
  target: '/base/?jsonerrors=1',
  mutates: true,
  signal: new AbortController().signal,
  beforeSend: async () => {},
};

function classify(status: number, body: unknown, headers: Record<string, string> = {}) {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return UPLOAD_API.classify(upload, { status, headers, body: text }, 0);
}

function told(code: string | undefined, status: number, content = 'Words.') {
  return { error: { content, status_code: status, ...(code && { error_code: code }) } };
}

test.each<[string, number, string, object]>([
  ['RequestThrottledError', 429, 'Request was throttled.', { kind: 'throttled', effect: 'none' }],
  ['ProjectPublicKeyInvalidError', 403, 'x', { kind: 'fatal', fatalCause: 'credentials' }],
  ['ProjectPublicKeyRequiredError', 403, 'x', { kind: 'fatal', fatalCause: 'credentials' }],
  [
    'SignatureInvalidError',
    403,
    'Invalid signature.',
    { kind: 'fatal', fatalCause: 'credentials' },
  ],
  [
    'SignatureExpirationError',
    403,
    'x',
    { kind: 'transient', code: 'signature_expired', effect: 'none' },
  ],
  ['AccountLimitsExceededError', 403, 'x', { kind: 'fatal', fatalCause: 'account' }],
  ['AutostoreDisabledError', 403, 'x', { kind: 'fatal', fatalCause: 'configuration' }],
  ['MultipartFileAlreadyUploadedError', 400, 'x', { kind: 'permanent', code: 'already_uploaded' }],
  ['FileTypeForbiddenError', 400, 'x', { kind: 'permanent', code: 'FileTypeForbiddenError' }],
  ['FileNotFoundError', 404, 'x', { kind: 'permanent', status: 404 }],
  ['SomethingNewError', 418, 'x', { kind: 'permanent', code: 'SomethingNewError' }],
  ['InternalServerError', 500, 'x', { kind: 'transient', effect: 'unknown' }],
])('a 200 with %s (%i) is an error by its code', (code, status, content, expected) => {
  expect(classify(200, told(code, status, content))).toMatchObject({ status, ...expected });
});

test.each<[number, string, object]>([
  [403, 'UPLOADCARE_PUB_KEY is required.', { kind: 'fatal', fatalCause: 'credentials' }],
  [403, 'pub_key is invalid.', { kind: 'fatal', fatalCause: 'credentials' }],
  [403, 'Expired signature.', { kind: 'transient', code: 'signature_expired' }],
  [402, 'Payment required.', { kind: 'fatal', fatalCause: 'account' }],
  [403, 'Account has been blocked for non payment.', { kind: 'fatal', fatalCause: 'account' }],
  [403, 'Account has reached its limits.', { kind: 'fatal', fatalCause: 'account' }],
  [403, 'Account has been blocked.', { kind: 'fatal', fatalCause: 'account' }],
  [403, 'Project abc is marked as removed.', { kind: 'fatal', fatalCause: 'account' }],
  [403, 'Upload failed.', { kind: 'permanent', code: 'http_403' }],
  [400, 'File is already uploaded.', { code: 'already_uploaded' }],
  [400, 'File size exceeds project limit.', { kind: 'permanent', code: 'http_400' }],
  [404, 'File is not found.', { kind: 'permanent', code: 'http_404' }],
  [413, 'The size of the request is too large.', { kind: 'permanent', code: 'http_413' }],
  [500, 'Internal error.', { kind: 'transient', effect: 'unknown' }],
])('%i with the plain text %j', (status, text, expected) => {
  const headers = { 'content-type': 'text/plain; charset=utf-8' };
  expect(classify(status, text, headers)).toMatchObject({ status, ...expected });
});

test('the same text inside a 200 without a code means the same', () => {
  expect(classify(200, told(undefined, 400, 'File is already uploaded.'))).toMatchObject({
    code: 'already_uploaded',
  });
});

test('a 429 waits as long as Retry-After says, in a 200 too', () => {
  const headers = { 'retry-after': '7' };
  expect(classify(429, 'Request was throttled.', headers)?.retryAfterMs).toBe(7000);
  expect(classify(200, told('RequestThrottledError', 429), headers)?.retryAfterMs).toBe(7000);
  expect(classify(429, '')?.retryAfterMs).toBe(1000);
});

test('a success is no error, whatever words are in it', () => {
  expect(classify(200, { status: 'error', error: 'HTTP client error: 404.' })).toBeNull();
  expect(classify(200, { original_filename: '"error"' })).toBeNull();
  expect(classify(200, '"error')).toBeNull();
  expect(classify(204, '')).toBeNull();
});

test('an error object without a status is a refusal; a route that is not there is the wrong server', () => {
  expect(classify(200, { error: {} })).toMatchObject({ kind: 'permanent', status: 400 });
  expect(classify(404, '<html>Not here</html>')).toMatchObject({ kind: 'fatal' });
  expect(classify(301, '')).toMatchObject({ kind: 'transient' });
});

test('what the service says comes on one line, bounded, and without the key', () => {
  const failure = classify(
    403,
    `Project demopublickey is marked as removed.\u001b[2J\n${'x'.repeat(999)}`,
  );
  expect(failure?.message).not.toMatch(/demopublickey|\p{C}/u);
  expect(failure?.message.length).toBeLessThan(400);
});
