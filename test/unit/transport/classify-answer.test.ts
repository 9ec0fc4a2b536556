import { expect, test } from 'vitest';
import { classifyAnswer } from '../../../src/transport/classify-answer.ts';
import type { ApiRequest } from '../../../src/transport/send.ts';

const NOW = Date.UTC(2026, 0, 1);
const UUID = '740e1b8c-1ad8-4324-b7ec-112c79d8eac2';
const signal = new AbortController().signal;

const store: ApiRequest = {
  method: 'PUT',
  target: '/files/storage/',
  mutates: true,
  signal,
  beforeSend: async () => {},
};
const list: ApiRequest = { method: 'GET', target: '/files/?limit=9', mutates: false, signal };

interface Given {
  readonly request?: ApiRequest;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

function failureFor(status: number, { request = store, body = {}, headers = {} }: Given = {}) {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return classifyAnswer(request, { status, headers, body: text }, NOW);
}

test.each([
  [302, 'transient', 'unknown', undefined],
  [400, 'permanent', 'none', undefined],
  [401, 'fatal', 'none', 'credentials'],
  [402, 'fatal', 'none', 'account'],
  [403, 'fatal', 'none', 'credentials'],
  [405, 'fatal', 'none', 'configuration'],
  [406, 'fatal', 'none', 'configuration'],
  [408, 'transient', 'unknown', undefined],
  [409, 'transient', 'none', undefined],
  [410, 'permanent', 'none', undefined],
  [413, 'permanent', 'none', undefined],
  [415, 'fatal', 'none', 'configuration'],
  [425, 'transient', 'unknown', undefined],
  [429, 'throttled', 'none', undefined],
  [500, 'transient', 'unknown', undefined],
  [502, 'transient', 'unknown', undefined],
  [503, 'transient', 'unknown', undefined],
  [504, 'transient', 'unknown', undefined],
  [520, 'transient', 'unknown', undefined],
  [599, 'transient', 'unknown', undefined],
])('a %i on a mutation is %s, effect %s', (status, kind, effect, fatalCause) => {
  const failure = failureFor(status, { body: { detail: 'x' } });
  expect(failure).toMatchObject({ kind, effect, status });
  expect(failure.fatalCause).toBe(fatalCause);
});

test.each([302, 408, 425, 500, 503])('a %i on a read had no effect', (status) => {
  expect(failureFor(status, { request: list }).effect).toBe('none');
});

test.each([
  'Expected list of UUIDs',
  'List of UUIDs can not be empty',
  'Maximum UUIDs per request is exceeded. The limit is 100',
])('the 400 "%s" is a bug of ours', (detail) => {
  expect(failureFor(400, { body: { detail } })).toMatchObject({ kind: 'fatal', fatalCause: 'bug' });
});

test('a 400 that forbids the keys over HTTP is about the keys', () => {
  const detail = 'Simple authentication over HTTP is forbidden. Please, use HTTPS or signed …';
  expect(failureFor(400, { body: { detail } })).toMatchObject({ fatalCause: 'credentials' });
});

test('a file that is not ready yet may be tried later', () => {
  const failure = failureFor(400, { body: { detail: 'File is not ready yet.' } });
  expect(failure).toMatchObject({ kind: 'transient', effect: 'none', code: 'not_ready' });
});

test.each([
  `/files/${UUID}/`,
  `/files/${UUID}/metadata/key/`,
  '/groups/abc~3/',
  '/files/remote_copy/',
  '/addons/remove_bg/execute/status/?request_id=1',
])("the service's 404 on %s fails the item alone", (target) => {
  const request: ApiRequest = { ...store, method: 'DELETE', target };
  const failure = failureFor(404, { request, body: { detail: 'Not found.' } });
  expect(failure).toMatchObject({ kind: 'permanent', effect: 'none', code: 'http_404' });
});

test.each(['/files/?limit=1', '/files/storage/', '/groups/', '/project/', '/convert/document/'])(
  'a 404 on %s means the wrong server',
  (target) => {
    const failure = failureFor(404, {
      request: { ...list, target },
      body: { detail: 'Not found.' },
    });
    expect(failure).toMatchObject({ kind: 'fatal', fatalCause: 'configuration' });
  },
);

test('a 404 that is a page, even on an item, means the wrong server', () => {
  const request = { ...list, target: `/files/${UUID}/` };
  const failure = failureFor(404, { request, body: '<html>nginx</html>' });
  expect(failure).toMatchObject({ kind: 'fatal', fatalCause: 'configuration' });
});

test('a message says what, which and what now', () => {
  const headers = { 'retry-after': '5', 'x-uploadcare-request-id': 'r-1' };
  const failure = failureFor(429, { headers });
  expect(failure.message).toMatch(/^429 on PUT \/files\/storage\/: throttled, next try in 5s/);
  expect(failure).toMatchObject({ retryAfterMs: 5000, requestId: 'r-1', code: 'http_429' });
});

test('a 429 that names no time waits 1 s', () => {
  expect(failureFor(429).retryAfterMs).toBe(1000);
});

test('a 503 is waited for as long as it asks, and no longer', () => {
  expect(failureFor(503, { headers: { 'retry-after': '30' } }).retryAfterMs).toBe(30_000);
  expect(failureFor(503).retryAfterMs).toBeUndefined();
});

test('the detail is quoted on one line and bounded', () => {
  const detail = `bad\u001b[31m\r\nnews \u202e${'x'.repeat(1000)}`;
  const { message } = failureFor(400, { body: { detail } });
  expect(message).not.toMatch(/\p{C}/u);
  expect(message).toContain('(service: "bad [31m news ');
  expect(message.length).toBeLessThan(300);
});

test('both shapes of an error answer are quoted', () => {
  expect(failureFor(400, { body: { target: ['Not a UUID.', 'Too long.'] } }).message).toContain(
    'target: Not a UUID., Too long.',
  );
});

test('a key that the service quotes is not quoted again: it may be the secret one', () => {
  const body = { detail: 'Public key s3cr3t not found.' };
  const { message } = failureFor(401, { body });
  expect(message).not.toContain('s3cr3t');
  expect(message).toContain('not found');
});

test('a query is in no message', () => {
  const request = { ...list, target: '/files/?from=private' };
  expect(failureFor(500, { request }).message).not.toContain('private');
});
