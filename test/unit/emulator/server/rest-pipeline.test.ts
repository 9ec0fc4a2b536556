import { expect, test } from 'vitest';
import { createEmulator } from '../../../../src/emulator/emulator.ts';
import { ROUTES } from '../../../../src/emulator/rest/routes.ts';
import { callers, HandClock, setup } from '../emulator-caller.ts';

test('an unknown route is an HTML page, a wrong method is 405 with Allow', () => {
  const { call } = setup();
  for (const target of ['/nowhere/', '/files', '/files/a/b/c/']) {
    expect(call(target)).toMatchObject({
      status: 404,
      headers: { 'content-type': 'text/html; charset=utf-8' },
    });
  }
  expect(call('/project/', { method: 'PATCH' })).toMatchObject({
    status: 405,
    body: '{"detail":"Method \\"PATCH\\" not allowed."}',
    headers: { allow: 'GET, HEAD, OPTIONS', vary: 'Accept' },
  });
});

test('every route allows exactly the methods it handles', () => {
  for (const { pattern, allow, handlers } of ROUTES) {
    const methods = new Set([...Object.keys(handlers), 'OPTIONS']);
    if (methods.has('GET')) methods.add('HEAD');
    expect([pattern, [...methods].sort().join(', ')]).toEqual([pattern, allow]);
  }
});

test('every answer has the exact content type, a Date and its own request id', () => {
  const { call } = setup();
  const [first, second] = [call('/project/'), call('/project/')];
  expect(first.headers).toMatchObject({
    date: 'Mon, 01 Jun 2026 12:00:00 GMT',
    'content-type': 'application/vnd.uploadcare-v0.7+json',
    vary: 'Accept',
  });
  const ids = [first, second].map((answer) => answer.headers['x-uploadcare-request-id']);
  expect(new Set(ids).size).toBe(2);
});

test('the project is told in the recorded key order', () => {
  const { call } = setup({ name: 'shop', autostore: false });
  expect(call('/project/').body).toBe(
    '{"collaborators":[],"name":"shop","pub_key":"demopublickey","autostore_enabled":false}',
  );
});

test('HEAD has the headers of GET and no body', () => {
  const { call } = setup({ files: 2 });
  expect(call('/files/', { method: 'HEAD' })).toMatchObject({ status: 200, body: '' });
});

test('links carry the origin the request came to', () => {
  const emulator = createEmulator({ clock: new HandClock(), files: 3 });
  const { json } = callers(emulator);
  const page = json<{ next: string }>('/files/?limit=1', { headers: { host: '127.0.0.1:8123' } });
  expect(page.next).toMatch(/^https:\/\/127\.0\.0\.1:8123\/files\/\?limit=1&from=/);
});

test('the same seed and clock give the same answers, another seed gives others', () => {
  const answer = (seed: number) => String(setup({ files: 50, seed }).call('/files/').body);
  expect(answer(1)).toBe(answer(1));
  expect(answer(1)).not.toBe(answer(2));
});

test('over its rate a project gets 429 with whole seconds, until time has passed', () => {
  const { call, clock } = setup({ throttle: { perSecond: 0.5, burst: 2 } });
  expect([call('/project/').status, call('/project/').status]).toEqual([200, 200]);
  const refused = call('/project/');
  expect(refused.status).toBe(429);
  expect(refused.headers['retry-after']).toBe('2');
  expect(refused.body).toBe('{"detail":"Request was throttled. Expected available in 2 seconds."}');
  clock.ms += 2000;
  expect(call('/project/').status).toBe(200);
  expect(call('/project/').status).toBe(429);
});

test('each project has its own throttle', () => {
  const { call } = setup({
    throttle: { perSecond: 1, burst: 1 },
    projects: [{}, { publicKey: 'other', secretKey: 's' }],
  });
  const other = { authorization: 'Uploadcare.Simple other:s' };
  expect(call('/project/').status).toBe(200);
  expect(call('/project/').status).toBe(429);
  expect(call('/project/', { headers: other }).status).toBe(200);
});

test('requests are counted by method, route and status', () => {
  const { call, emulator } = setup({ files: 1 });
  call('/files/?limit=1');
  call('/files/?limit=2');
  call('/files/wrong/');
  expect(emulator.requestCounts()).toEqual([
    { method: 'GET', route: '/files/', status: 200, count: 2 },
    { method: 'GET', route: '/files/{uuid}/', status: 404, count: 1 },
  ]);
});

test('a body of another type is 415, one that is no object is refused by its words', () => {
  const { call } = setup();
  const post = (body: unknown, type: string) =>
    call('/files/remote_copy/', { method: 'POST', body, headers: { 'content-type': type } });
  expect(post('source=x', 'application/x-www-form-urlencoded')).toMatchObject({
    status: 415,
    body: '{"detail":"Unsupported media type \\"application/x-www-form-urlencoded\\" in request."}',
  });
  expect(post([], 'application/json; charset=utf-8')).toMatchObject({
    status: 400,
    body: '{"detail":"Expected JSON object."}',
  });
});
