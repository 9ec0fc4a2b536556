import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { deliverySignature } from '../../../../src/emulator/webhooks/webhook-event.ts';
import { setup } from '../emulator-caller.ts';

const UUID = '1b959c59-9605-4879-946f-08fdb5ea3e9d';
const TARGET = 'http://127.0.0.1:1/hook';
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

interface Hook {
  id: number;
  event: string;
  is_active: boolean;
  created: string;
  updated: string;
}

function bundle(options = {}) {
  const parts = setup(options);
  parts.emulator.projects[0]?.addFile({ uuid: UUID, metadata: { a: '1' } });
  const send = (method: string, path: string, body?: unknown, headers = {}) => {
    const answer = parts.call(`/webhooks/${path}`, { method, body, headers });
    const text = String(answer.body);
    return { ...answer, json: text === '' ? null : JSON.parse(text) };
  };
  const create = (more: object = {}) =>
    send('POST', '', { target_url: TARGET, event: 'file.stored', ...more });
  const told = () =>
    parts.emulator.webhookDeliveries().map(({ body }) => JSON.parse(body) as Record<string, never>);
  return { ...parts, send, create, told };
}

test('a hook is made from a form and from JSON, shown, changed and deleted', () => {
  const { send, clock } = bundle({ id: 159 });
  const form = new URLSearchParams({
    target_url: TARGET,
    event: 'file.uploaded',
    is_active: 'true',
  });
  const made = send('POST', '', String(form), FORM);
  expect(made.status).toBe(201);
  expect(Object.keys(made.json)).toEqual([
    'id',
    'created',
    'updated',
    'event',
    'target_url',
    'project',
    'is_active',
    'signing_secret',
    'version',
  ]);
  expect(made.json).toMatchObject({ project: 159, is_active: true, signing_secret: null });
  const other = send('POST', '', { target_url: TARGET, event: 'file.stored' });
  clock.ms += 1000;
  const changed = send('PUT', `${made.json.id}/`, { is_active: false });
  expect(changed.json).toMatchObject({ is_active: false, event: 'file.uploaded' });
  expect(changed.json.updated > made.json.updated).toBe(true);
  expect(send('GET', '').json.map((hook: Hook) => hook.id)).toEqual([made.json.id, other.json.id]);
  const deleted = send('DELETE', `${made.json.id}/`);
  expect([deleted.status, deleted.body, deleted.headers['content-type']]).toEqual([
    204,
    '',
    undefined,
  ]);
  expect(send('PUT', `${made.json.id}/`, {}).status).toBe(404);
});

test('unsubscribing takes all hooks of a URL, and is 204 where there is none', () => {
  const { send, create } = bundle();
  create();
  create({ event: 'file.deleted' });
  create({ target_url: 'http://127.0.0.1:2/' });
  expect(send('DELETE', 'unsubscribe/', { target_url: TARGET }).status).toBe(204);
  expect(send('GET', '').json).toHaveLength(1);
  expect(send('DELETE', 'unsubscribe/', { target_url: TARGET }).status).toBe(204);
  expect(send('DELETE', 'unsubscribe/', { target_url: '' }).status).toBe(400);
});

test('refusals, and a plan without webhooks', () => {
  const { create, send } = bundle();
  create();
  for (const [more, json] of [
    [{}, { non_field_errors: ['This project is already subscribed on this event'] }],
    [{ target_url: undefined }, { detail: '`target_url` is missing.' }],
    [{ event: 'file.lost' }, { event: ['"file.lost" is not a valid choice.'] }],
    [{ target_url: 'cat' }, { target_url: ['Enter a valid URL.'] }],
    [{ signing_secret: 's'.repeat(33) }, { signing_secret: expect.any(Array) }],
  ] as const) {
    expect(create(more)).toMatchObject({ status: 400, json });
  }
  const denied = bundle({ webhooks: false }).send('GET', '');
  expect(denied).toMatchObject({ status: 403, json: { detail: "You can't use webhooks" } });
  const old = { accept: 'application/vnd.uploadcare-v0.6+json' };
  const hook = send('POST', '', { target_url: TARGET, event: 'file.uploaded' }, old);
  expect(hook.json).not.toHaveProperty('version');
});

test('what happens to a file is told once, with the request that did it', () => {
  const { create, call, told } = bundle();
  create();
  const first = call(`/files/${UUID}/storage/`, { method: 'PUT' });
  call(`/files/${UUID}/storage/`, { method: 'PUT' });
  expect(told()).toHaveLength(1);
  expect(told()[0]).toMatchObject({
    initiator: {
      type: 'api',
      detail: { request_id: first.headers['x-uploadcare-request-id'], addon_name: null },
    },
    hook: { event: 'file.stored', target: TARGET, project_pub_key: 'demopublickey' },
    data: { uuid: UUID, appdata: {} },
    file: `https://ucarecdn.com/${UUID}/file.txt`,
  });
});

test('every event has its occasion', () => {
  const { create, call, clock, emulator } = bundle({
    infectedShare: 1,
    unstoredLifetimeMs: 60_000,
  });
  for (const event of ['file.uploaded', 'file.infected', 'file.deleted', 'file.info_updated']) {
    create({ event });
  }
  const post = (target: string, body: object) => call(target, { method: 'POST', body });
  call(`/files/${UUID}/metadata/a/`, { method: 'PUT', body: '"2"' });
  post('/addons/uc_clamav_virus_scan/execute/', { target: UUID });
  post('/files/local_copy/', { source: UUID, store: true });
  clock.ms += 30_000;
  call('/files/');
  clock.ms += 60_000;
  call('/files/');
  const bodies = emulator
    .webhookDeliveries()
    .map(({ event, body }) => ({ event, ...JSON.parse(body) }));
  expect(bodies.map(({ event }) => event).sort()).toEqual([
    'file.deleted',
    'file.infected',
    'file.info_updated',
    'file.info_updated',
    'file.uploaded',
  ]);
  expect(bodies[0]).toMatchObject({ previous_values: { metadata: { a: '1' } } });
  expect(bodies.find(({ event }) => event === 'file.deleted').initiator.type).toBe('system');
  expect(bodies.find(({ event }) => event === 'file.infected').initiator).toMatchObject({
    type: 'addon',
    detail: { addon_name: 'uc_clamav_virus_scan' },
  });
});

test('an inactive hook hears nothing', () => {
  const { create, call, told } = bundle();
  create({ is_active: false });
  call(`/files/${UUID}/storage/`, { method: 'PUT' });
  expect(told()).toEqual([]);
});

// The vendor's vector (api 9); its body is in uploadcare-ruby and not repeated here.
test('a delivery is signed over its very bytes', () => {
  const { create, call, emulator } = bundle();
  create({ signing_secret: '12345X' });
  call(`/files/${UUID}/storage/`, { method: 'PUT' });
  const [delivery] = emulator.webhookDeliveries();
  const expected = createHmac('sha256', '12345X')
    .update(delivery?.body ?? '')
    .digest('hex');
  expect(delivery?.headers['x-uc-signature']).toBe(`v1=${expected}`);
  expect(deliverySignature('key', 'The quick brown fox jumps over the lazy dog')).toBe(
    'v1=f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8',
  );
});

test('a listening emulator sends to this machine and to nobody else', async () => {
  const { create, call, emulator } = bundle();
  const heard: string[] = [];
  const receiver = createServer((request, answer) => {
    request.on('data', (chunk) => heard.push(String(chunk)));
    request.on('end', () => answer.writeHead(202).end());
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  const { port } = receiver.address() as AddressInfo;
  create({ target_url: `http://127.0.0.1:${port}/` });
  create({ target_url: 'http://example.com/' });
  create({ target_url: 'http://127.0.0.1:1/' });
  const server = await emulator.listen();
  call(`/files/${UUID}/storage/`, { method: 'PUT' });
  const ends = () => emulator.webhookDeliveries().map(({ state, status }) => [state, status]);
  await expect.poll(ends).toEqual([
    ['sent', 202],
    ['refused', null],
    ['failed', null],
  ]);
  expect(JSON.parse(heard.join(''))).toMatchObject({ data: { uuid: UUID } });
  await server.close();
  receiver.close();
});
