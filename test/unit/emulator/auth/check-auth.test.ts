import { expect, test } from 'vitest';
import { parseLenientDate } from '../../../../src/emulator/auth/check-auth.ts';
import { expectedSignature } from '../../../../src/emulator/auth/request-signature.ts';
import { NOW, setup, signedHeaders } from '../emulator-caller.ts';

const DATE = new Date(NOW).toUTCString();

test('the published vector has the published signature', () => {
  const signature = expectedSignature('demoprivatekey', {
    method: 'GET',
    target: '/files/?limit=1&stored=true',
    contentType: 'application/json',
    date: 'Mon, 05 Nov 2018 13:14:41 GMT',
    body: '',
  });
  expect(signature).toBe('3cbc4d2cf91f80c1ba162b926f8a975e8bec7995');
});

test('a signed request is accepted, with either Date header', () => {
  const { call } = setup();
  for (const dateHeader of ['date', 'x-uploadcare-date']) {
    const headers = {
      ...signedHeaders({ method: 'GET', target: '/files/?limit=1', date: DATE, dateHeader }),
    };
    expect(call('/files/?limit=1', { headers }).status).toBe(200);
  }
});

test('the signature covers method, query, body, content type and date', () => {
  const { call, emulator } = setup({ files: 1 });
  const body = JSON.stringify([emulator.projects[0]?.seededFile(0).uuid]);
  const good = { method: 'PUT', target: '/files/storage/', date: DATE, body };
  const send = (headers: Record<string, string>, target = good.target, sent = body) =>
    call(target, { method: 'PUT', body: sent, headers }).status;

  expect(send(signedHeaders(good))).toBe(200);
  expect(send(signedHeaders({ ...good, method: 'DELETE' }))).toBe(401);
  expect(send(signedHeaders(good), '/files/storage/?x=1')).toBe(401);
  expect(send(signedHeaders(good), good.target, `${body} `)).toBe(401);
  expect(send({ ...signedHeaders(good), 'content-type': 'application/json; charset=utf-8' })).toBe(
    401,
  );
  expect(send({ ...signedHeaders(good), date: new Date(NOW + 1000).toUTCString() })).toBe(401);
});

test('a wrong signature, an unknown key and no header have their recorded bodies', () => {
  const { call } = setup();
  const detail = (authorization: string) => {
    const answer = call('/files/', { headers: { authorization, date: DATE } });
    expect(answer.status).toBe(401);
    expect(answer.headers['www-authenticate']).toBe('Uploadcare');
    expect(answer.headers['content-type']).toBe('application/vnd.uploadcare-v0.7+json');
    return JSON.parse(String(answer.body)).detail;
  };

  expect(detail('Uploadcare demopublickey:0000')).toBe(
    'Invalid signature. Please check your secret key.',
  );
  expect(detail('Uploadcare.Simple stranger:x')).toBe('Public key stranger not found.');
  expect(detail('Uploadcare.Simple demopublickey:x')).toBe('Secret key not found.');
  expect(detail('Bearer x')).toBe('Incorrect authentication credentials.');
  expect(detail('')).toBe('Incorrect authentication credentials.');
});

test('every secret key of a project is as good as the first', () => {
  const { call } = setup({ extraSecretKeys: ['second', 'third'] });
  const target = '/project/';
  for (const secret of ['demosecretkey', 'second', 'third']) {
    const simple = { authorization: `Uploadcare.Simple demopublickey:${secret}` };
    expect(call(target, { headers: simple }).status).toBe(200);
    const keys: [string, string] = ['demopublickey', secret];
    const signed = signedHeaders({ method: 'GET', target, date: DATE, keys });
    expect(call(target, { headers: signed }).status).toBe(200);
  }
  const wrong = { authorization: 'Uploadcare.Simple demopublickey:fourth' };
  expect(call(target, { headers: wrong }).status).toBe(401);
});

test('a Date more than 15 minutes off is refused, on either side', () => {
  const { call } = setup();
  const statusAt = (offsetMinutes: number) => {
    const date = new Date(NOW + offsetMinutes * 60_000).toUTCString();
    const headers = signedHeaders({ method: 'GET', target: '/files/', date });
    return call('/files/', { headers }).status;
  };
  expect(statusAt(14)).toBe(200);
  expect(statusAt(-14)).toBe(200);
  expect(statusAt(16)).toBe(401);
  expect(statusAt(-16)).toBe(401);
});

test('a Date with a comma after the year is read and signed as it was sent', () => {
  const { call } = setup();
  const date = 'Mon, 01 Jun 2026, 12:00:00 GMT';
  const headers = signedHeaders({ method: 'GET', target: '/project/', date });
  expect(call('/project/', { headers }).status).toBe(200);
  expect(parseLenientDate(date)).toBe(NOW);
  expect(parseLenientDate('Mon, 01 Jun 2026 14:00:00 +0200')).toBe(NOW);
  expect(parseLenientDate('yesterday')).toBeUndefined();
});

test('Simple auth over plain HTTP is refused, but loopback counts as HTTPS', () => {
  const { emulator } = setup();
  const send = (address: string) =>
    emulator.handle({
      method: 'GET',
      target: '/project/',
      headers: {
        accept: 'application/vnd.uploadcare-v0.7+json',
        authorization: 'Uploadcare.Simple demopublickey:demosecretkey',
      },
      body: '',
      isHttps: false,
      remote: { address },
    });
  expect(send('127.0.0.1').status).toBe(200);
  expect(send('::1').status).toBe(200);
  const refused = send('192.0.2.7');
  expect(refused.status).toBe(400);
  expect(refused.headers['warning']).toBe(
    '199 Miscellaneous warning: You should use secure requests to Uploadcare',
  );
});

test('a version that is missing or unknown is 406 with a plain JSON type, before the keys are read', () => {
  const { call } = setup();
  for (const accept of ['application/vnd.uploadcare-v0.777+json', '*/*']) {
    const answer = call('/files/', { headers: { accept, authorization: 'none' } });
    expect(answer.status).toBe(406);
    expect(answer.headers['content-type']).toBe('application/json');
    expect(answer.headers['allow']).toBe('GET, HEAD, OPTIONS');
    expect(String(answer.body)).toBe(
      '{"detail":"Incorrect Accept header provided. Make sure to specify API version. Refer to REST API docs for details"}',
    );
  }
});

test("a file of another project is nobody's", () => {
  const { call, emulator } = setup({ files: 3, projects: [{}, { publicKey: 'other' }] });
  const foreign = emulator.projects[1]?.seededFile(0).uuid;
  expect(call(`/files/${foreign}/`).status).toBe(404);
  const own = { authorization: 'Uploadcare.Simple other:demosecretkey1' };
  expect(call(`/files/${foreign}/`, { headers: own }).status).toBe(200);
});
