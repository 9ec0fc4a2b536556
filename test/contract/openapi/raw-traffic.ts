import { createHash, createHmac } from 'node:crypto';
import type { Emulator } from '../../../src/emulator/emulator.ts';
import type { ApiDocument } from './api-document.ts';

const FILE = '740e1b8c-1ad8-4324-b7ec-112c79d8eac2';
const DOCUMENT = '740e1b8c-1ad8-4324-b7ec-112c79d8eac3';
const UNKNOWN = '00000000-0000-4000-8000-000000000000';
const ACCEPT = 'application/vnd.uploadcare-v0.7+json';
const SIMPLE = 'Uploadcare.Simple demopublickey:demosecretkey';

interface Sent {
  readonly accept?: string;
  readonly authorization?: string;
  readonly json?: unknown;
  readonly form?: Readonly<Record<string, string>>;
  readonly isHttps?: boolean;
}

/** Sends a request as any client may. */
function send(emulator: Emulator, method: string, target: string, sent: Sent = {}): void {
  const { accept = ACCEPT, authorization = SIMPLE, json, form, isHttps } = sent;
  const type = form === undefined ? 'application/json' : 'application/x-www-form-urlencoded';
  const text = json === undefined ? '' : JSON.stringify(json);
  emulator.handle({
    method,
    target,
    headers: { host: 'api.uploadcare.com', accept, authorization, 'content-type': type },
    body: form === undefined ? text : String(new URLSearchParams(form)),
    ...(isHttps === undefined ? {} : { isHttps, remote: { address: '203.0.113.5' } }),
  });
}

/** Asks every operation of the REST API what it refuses whoever asks: wrong keys, no version, plain HTTP, too fast. */
export function refuseEverything(emulator: Emulator, document: ApiDocument): void {
  for (const name of document.names) {
    const [method = '', path = ''] = name.split(' ');
    const target = path
      .replace('{uuid}', FILE)
      .replace('{key}', 'a')
      .replace(/\{\w+\}/, '1');
    send(emulator, method, target, { accept: 'application/json' });
    for (const authorization of [
      '',
      'Uploadcare.Simple nobody:x',
      'Uploadcare.Simple demopublickey:x',
    ]) {
      send(emulator, method, target, { authorization });
    }
    send(emulator, method, target, { authorization: signedWrong(), isHttps: false });
    send(emulator, method, target, { isHttps: false });
    const fault = emulator.faults.add({ times: 1, fault: { kind: 'throttle' } });
    send(emulator, method, target);
    emulator.faults.remove(fault);
  }
}

// Signed over plain HTTP, with a signature of something else.
function signedWrong(): string {
  const md5 = createHash('md5').update('').digest('hex');
  return `Uploadcare demopublickey:${createHmac('sha1', 'demosecretkey').update(md5).digest('hex')}`;
}

/** Makes the requests that the REST API refuses for what they ask. */
export function askWrongly(emulator: Emulator): void {
  const call = (method: string, target: string, json?: unknown) =>
    send(emulator, method, target, json === undefined ? {} : { json });
  for (const method of ['PUT', 'DELETE']) {
    call(method, `/files/${UNKNOWN}/storage/`);
    call(method, '/files/storage/', ['cat', UNKNOWN]);
    call(method, '/files/storage/', {});
    call(method, '/files/storage/', []);
    call(method, '/files/storage/', Array(101).fill(FILE));
  }
  call('GET', `/files/${UNKNOWN}/`);
  call('GET', '/groups/cat~1/');
  call('DELETE', '/groups/cat~1/');
  for (const kind of ['local', 'remote']) {
    for (const body of [
      {},
      { source: 'cat', target: 'backup' },
      { source: FILE, target: 'none' },
      { source: FILE, target: 'backup', store: 'perhaps', pattern: `\${none}` },
      { source: FILE, target: 'backup', pattern: '?' },
    ]) {
      call('POST', `/files/${kind}_copy/`, body);
    }
  }
  for (const kind of ['document', 'video']) {
    for (const body of [{}, [], { paths: ['invalid'] }]) call('POST', `/convert/${kind}/`, body);
    call('GET', `/convert/${kind}/status/1/`);
  }
  call('GET', `/convert/document/${UNKNOWN}/`);
  askWronglyOfAddons(emulator);
  for (const form of [
    {},
    { target_url: 'x', event: 'file.uploaded' },
    { target_url: 'https://a.test/', event: 'x' },
  ]) {
    send(emulator, 'POST', '/webhooks/', { form });
  }
  send(emulator, 'PUT', '/webhooks/1/', { form: { is_active: 'false' } });
  send(emulator, 'DELETE', '/webhooks/unsubscribe/', { form: {} });
}

function askWronglyOfAddons(emulator: Emulator): void {
  for (const addon of [
    'uc_clamav_virus_scan',
    'remove_bg',
    'aws_rekognition_detect_labels',
    'aws_rekognition_detect_moderation_labels',
  ]) {
    const path = `/addons/${addon}/execute/`;
    send(emulator, 'POST', path, { json: { target: FILE } });
    // The first one is at work still.
    send(emulator, 'POST', path, { json: { target: FILE } });
    send(emulator, 'POST', path, { json: { target: 'cat' } });
    send(emulator, 'POST', path, { json: { target: UNKNOWN } });
    send(emulator, 'GET', `${path}status/?request_id=cat`);
    send(emulator, 'GET', `${path}status/?request_id=${UNKNOWN}`);
  }
}

/** Shows an unfinished copy, a removed file, a group with a purged file, and appdata of every add-on. */
export function showStates(emulator: Emulator): void {
  // ucbulk itself stores and deletes in batches only.
  for (const method of ['PUT', 'DELETE']) send(emulator, method, `/files/${DOCUMENT}/storage/`);
  send(emulator, 'POST', '/files/local_copy/', { json: { source: FILE, store: 'false' } });
  for (const uuid of emulator.save().projects[0]?.files ?? []) {
    send(emulator, 'GET', `/files/${(uuid as { uuid: string }).uuid}/?include=appdata`);
  }
  for (const query of ['', '?removed=true', '?stored=false&limit=3', '?include=appdata']) {
    send(emulator, 'GET', `/files/${query}`);
  }
  send(emulator, 'GET', '/groups/?limit=1');
  for (const kind of ['document', 'video']) {
    for (const { token } of (emulator.save().projects[0]?.conversions ?? []) as {
      token: number;
    }[]) {
      send(emulator, 'GET', `/convert/${kind}/status/${token}/`);
    }
  }
}

/** Makes the requests that the Upload API refuses, with or without a token. */
export function uploadWrongly(emulator: Emulator, authorization: string): void {
  const call = (target: string, form: Readonly<Record<string, string>>) =>
    send(emulator, 'POST', target, { form, accept: '*/*', authorization });
  for (const target of ['/base/', '/multipart/start/', '/multipart/complete/', '/from_url/']) {
    const field = target === '/from_url/' ? 'pub_key' : 'UPLOADCARE_PUB_KEY';
    for (const keys of [{}, { [field]: 'nobody' }, { [field]: 'demopublickey' }])
      call(target, keys);
    const metadata = { 'metadata[k]': 'x'.repeat(513), 'metadata[ü]': 'a', 'metadata[]': 'a' };
    for (const [name, value] of Object.entries(metadata)) {
      call(target, { [field]: 'demopublickey', [name]: value });
    }
    const fault = emulator.faults.add({ times: 1, fault: { kind: 'throttle' } });
    call(target, { [field]: 'demopublickey' });
    emulator.faults.remove(fault);
  }
  uploadBadValues(emulator, { call, authorization });
}

function uploadBadValues(
  emulator: Emulator,
  {
    call,
    authorization,
  }: {
    readonly call: (target: string, form: Readonly<Record<string, string>>) => void;
    readonly authorization: string;
  },
): void {
  const key = { UPLOADCARE_PUB_KEY: 'demopublickey' };
  const pub = { pub_key: 'demopublickey' };
  const file = { ...key, filename: 'a', content_type: 'a/b' };
  for (const size of ['', 'x', '5']) call('/multipart/start/', { ...file, size });
  for (const part of ['x', '5', '9999999999']) {
    call('/multipart/start/', { ...file, size: '20000000', part_size: part });
  }
  for (const uuid of [UNKNOWN, FILE]) call('/multipart/complete/', { ...key, uuid });
  for (const url of ['', 'cat', 'ftp://a.test/', 'http://127.0.0.1/', 'https://nobody.test/']) {
    call('/from_url/', { ...pub, source_url: url });
  }
  for (const query of ['', `token=${UNKNOWN}`]) {
    send(emulator, 'GET', `/from_url/status/?${query}`, { accept: '*/*', authorization });
  }
  for (const query of [
    '',
    'pub_key=nobody',
    'pub_key=demopublickey',
    'pub_key=demopublickey&file_id=x',
  ]) {
    send(emulator, 'GET', `/info/?${query}`, { accept: '*/*', authorization });
  }
  send(emulator, 'GET', `/info/?pub_key=demopublickey&file_id=${UNKNOWN}`, {
    accept: '*/*',
    authorization,
  });
}
