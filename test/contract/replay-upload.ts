import { expect } from 'vitest';
import { createEmulator, type Emulator } from '../../src/emulator/emulator.ts';
import { generatedOriginal } from '../../src/emulator/media/generated-original.ts';
import { type Leniency, uploadExceptionOf } from './emulator-upload-exceptions.ts';
import type { Interaction, Recording } from './recordings.ts';

type Json = Readonly<Record<string, unknown>>;

interface RecordedInfo extends Json {
  readonly uuid: string;
  readonly size: number;
  readonly original_filename: string;
  readonly mime_type: string;
  readonly is_image: boolean;
  readonly is_stored: boolean;
  readonly is_ready: boolean;
  readonly image_info: { readonly width: number; readonly height: number } | null;
  readonly content_info?: object | null;
  readonly metadata?: Readonly<Record<string, string>>;
}

/** How long the steps of an import take; the replay goes to the one that an answer shows. */
const IMPORT_STEPS = { unknownMs: 60_000, waitingMs: 60_000, progressMs: 100_000 };
const NEW_PART_VALUES = new Set([
  'uploadId',
  'X-Amz-Credential',
  'X-Amz-Date',
  'X-Amz-Security-Token',
  'X-Amz-Signature',
]);

/** An interaction that knows where it was recorded. */
export type Titled = Interaction & { readonly title: string };

const KEY = 'demopublickey';
const PART_SIZE = 5_242_880;
// New in each run, or told apart by their place instead.
const NEW_IDS = new Set(['uuid', 'file_id', 'id', 'token', 'cdn_url', 'url', 'datetime_created']);

/** The interactions of a recording with the Upload API and the storage of parts. */
export function uploadInteractions({ name, interactions }: Recording): Titled[] {
  return interactions
    .map((interaction, position) => ({ ...interaction, title: `${name} #${position}` }))
    .filter(({ endpoint, trust }) => {
      const isUpload = endpoint.includes(' upload:') || endpoint === 'PUT <presigned part url>';
      return isUpload && trust === 'as-recorded';
    });
}

/**
 * Replays a recording's uploads in order; throws at the first difference. `exactly` names an
 * interaction that has to match to the letter although it is an exception.
 */
export function replayUploads(interactions: readonly Titled[], exactly?: string): void {
  const session = new Session(interactions);
  for (const interaction of interactions) {
    const exception = uploadExceptionOf(interaction);
    const isExact = interaction.title === exactly || exception === undefined;
    session.replay(interaction, isExact ? 'exact' : exception.leniency);
  }
}

/** One emulator for one recording: what came out of one interaction goes into the next. */
class Session {
  readonly #clock = { ms: 0, now: () => this.#clock.ms };
  readonly #emulator: Emulator;
  readonly #interactions: readonly Titled[];
  #token = '';
  #importedAt = 0;
  #upload: StartedUpload = { urls: [], partSize: PART_SIZE, content: Buffer.alloc(0) };
  /** The UUIDs that uploads and imports have here, by the recorded ones. */
  readonly #uuids = new Map<string, string>();

  constructor(interactions: readonly Titled[]) {
    this.#interactions = interactions;
    this.#clock.ms = Date.parse(interactions[0]?.recordedAt ?? '') - 2000;
    const bodies = interactions.map(({ response }) => JSON.stringify(response.body));
    this.#emulator = createEmulator({
      clock: this.#clock,
      publicKey: KEY,
      origin: 'https://api.uploadcare.com',
      uploadOrigin: 'https://upload.uploadcare.com',
      // The account of the recordings is older than 2024-02-12 (api 11.1).
      uploadStoreDefault: '0',
      unstoredLifetimeMs: null,
      ...limitOf(interactions),
      processingMs: bodies.some((body) => body?.includes('"is_ready":false')) ? 5000 : 0,
      importTiming: IMPORT_STEPS,
    });
  }

  replay(interaction: Titled, leniency: Leniency | 'exact'): void {
    this.#seed(interaction);
    this.#clock.ms = Math.max(this.#clock.ms, Date.parse(interaction.recordedAt));
    if (interaction.endpoint.endsWith('/from_url/status/')) this.#goToStep(interaction);
    const answer = this.#send(interaction);
    const { response } = interaction;
    expect(answer.status).toBe(response.status);
    expect(answer.headers['content-type']).toBe(response.headers['content-type']);
    const text = String(answer.body);
    const recorded = response.body as Json | null;
    if (recorded === null) expect(text).toBe('');
    else if ('$text' in recorded) expect(text).toBe(recorded['$text']);
    else {
      const actual = JSON.parse(text);
      this.#remember(actual, String(recorded['uuid']));
      expectSame(actual, recorded, { leniency, at: interaction.title });
    }
  }

  // Recorded times have whole seconds: the answer itself says how far the import is.
  #goToStep({ response }: Titled): void {
    const { status, done, total } = objectOf(response.body);
    const { unknownMs, waitingMs, progressMs } = IMPORT_STEPS;
    const begun = unknownMs + waitingMs;
    const share = typeof total === 'number' ? (Number(done) + 0.5) / total : 0.5;
    const steps: Json = { unknown: 0, waiting: unknownMs, progress: begun + progressMs * share };
    const step = Number(steps[String(status)] ?? begun + progressMs + 1);
    this.#clock.ms = Math.max(this.#clock.ms, this.#importedAt + step);
  }

  // Puts there what the answer shows: files, groups, and what a URL leads to.
  #seed(interaction: Titled): void {
    const { endpoint, response, recordedAt } = interaction;
    const body = response.body as Json;
    const earlier = new Date(Date.parse(recordedAt) - 3_600_000).toISOString();
    const put = (files: readonly RecordedInfo[], groups: object[] = []) =>
      this.#emulator.load({
        projects: [
          {
            pub_key: KEY,
            files: files
              .filter(({ uuid }) => this.#emulator.projects[0]?.file(uuid) === undefined)
              .map((info) => fileObject(info, earlier)),
            groups,
          },
        ],
      });
    if (endpoint === 'GET upload:/info/') {
      if (!this.#uuids.has(String(body?.['uuid']))) put([body as RecordedInfo]);
    }
    if (endpoint.endsWith('upload:/group/info/')) {
      const files = body['files'] as (RecordedInfo | null)[];
      put(
        files.filter((file) => file !== null),
        [body],
      );
    } else if (endpoint.includes('upload:/group/')) {
      put(body['files'] as RecordedInfo[]);
    }
    if (endpoint.endsWith('/from_url/') && response.status === 200) this.#register(interaction);
    if (endpoint.endsWith('/from_url/status/') && this.#token === '') this.#import(interaction);
    if (endpoint === 'POST upload:/multipart/complete/') this.#seedUpload(interaction);
  }

  // What became of an upload whose start was not recorded: it is over, or it is begun here.
  #seedUpload(interaction: Titled): void {
    const { body } = interaction.response;
    const uuid = formOf(interaction).find(([name]) => name === 'uuid')?.[1] ?? '';
    if (this.#uuids.has(uuid)) return;
    if (JSON.stringify(body).includes('already uploaded')) {
      this.#emulator.projects[0]?.addFile({ uuid });
    }
    const info = body as RecordedInfo | null;
    if (info?.size === undefined) return;
    const form: Field[] = [
      ['UPLOADCARE_PUB_KEY', KEY],
      ['UPLOADCARE_STORE', info.is_stored ? '1' : '0'],
      ['filename', info.original_filename],
      ['size', String(info.size)],
      ['content_type', info.mime_type],
    ];
    const { body: sent, type } = encode(form);
    const headers = { 'content-type': String(type) };
    const target = '/multipart/start/';
    const answer = this.#emulator.handle({ method: 'POST', target, headers, body: sent });
    this.#remember(JSON.parse(String(answer.body)), uuid);
    this.#upload = { ...this.#upload, content: contentOf(info) };
    for (const place of this.#upload.urls.keys()) this.#putPart(place + 1);
  }

  // The URL leads to a file as the later answers show it.
  #register(interaction: Titled): void {
    const url = new URLSearchParams(interaction.request.url.split('?')[1] ?? '');
    const source = formOf(interaction).find(([name]) => name === 'source_url')?.[1];
    this.#addSource(source ?? url.get('source_url') ?? '', this.#laterInfo());
  }

  #laterInfo(): RecordedInfo | undefined {
    const bodies = this.#interactions.map(({ response }) => response.body as Json | null);
    return bodies.find((body) => body?.['status'] === 'success') as RecordedInfo | undefined;
  }

  #addSource(url: string, info: RecordedInfo | undefined): void {
    if (info === undefined) {
      const total = this.#interactions
        .map(({ response }) => objectOf(response.body)['total'])
        .find((one) => typeof one === 'number');
      this.#emulator.addUrl(url, total === undefined ? { status: 404 } : { size: Number(total) });
      return;
    }
    const { original_filename: name, mime_type: mimeType } = info;
    const isLengthUnknown = this.#interactions.some(
      ({ response }) => objectOf(response.body)['total'] === 'unknown',
    );
    this.#emulator.addUrl(url, { name, mimeType, content: contentOf(info), isLengthUnknown });
  }

  // A status whose import was not recorded: one that ends so is begun.
  #import(interaction: Titled): void {
    const info = this.#laterInfo();
    const url = 'https://example.com/import';
    this.#addSource(url, info);
    this.#clock.ms = Math.max(this.#clock.ms, Date.parse(interaction.recordedAt));
    const fields = new URLSearchParams({
      pub_key: KEY,
      source_url: url,
      store: info?.is_stored === true ? '1' : '0',
    });
    const target = `/from_url/?${fields}`;
    const answer = this.#emulator.handle({ method: 'GET', target, headers: {}, body: '' });
    this.#noteToken(JSON.parse(String(answer.body)).token);
  }

  #noteToken(token: string): void {
    this.#token = token;
    this.#importedAt = this.#clock.ms;
  }

  #send(interaction: Titled) {
    const { request } = interaction;
    if (interaction.endpoint === 'PUT <presigned part url>') {
      return this.#putPart(Number(new URL(request.url).searchParams.get('partNumber')));
    }
    if (interaction.endpoint === 'POST upload:/multipart/start/') this.#plan(interaction);
    const target = request.url
      .replace(/^https:\/\/[^/]+/, '')
      .replace(/PUBLICKEY/, KEY)
      .replace(/(token=).*/, `$1${this.#token}`)
      .replace(/(?<=file_id=)[^&]*/, (uuid) => this.#uuids.get(uuid) ?? uuid);
    const { body, type } = encode(this.#mapped(formOf(interaction)));
    const accept = request.headers['accept'];
    return this.#emulator.handle({
      method: request.method,
      target,
      headers: {
        ...(accept === undefined ? {} : { accept }),
        ...(type === undefined ? {} : { 'content-type': type }),
      },
      body,
    });
  }

  #mapped(form: readonly Field[]): Field[] {
    return form.map(([name, value, file]) => {
      if (value === 'PUBLICKEY') return [name, KEY];
      if (name === 'uuid') return [name, this.#uuids.get(value) ?? value];
      return file === undefined ? [name, value] : [name, value, file];
    });
  }

  // The bytes that the parts will have: as many as the start says, of the kind the end shows.
  #plan(start: Titled): void {
    const form = new Map(formOf(start).map(([name, value]) => [name, value]));
    const size = Number(form.get('size') ?? 0);
    const partSize = Number(form.get('part_size') ?? PART_SIZE);
    const end = this.#interactions.find(
      ({ endpoint, response }) =>
        endpoint === 'POST upload:/multipart/complete/' && 'size' in Object(response.body),
    );
    const info = end?.response.body as RecordedInfo | undefined;
    const content = info?.size === size ? contentOf(info) : Buffer.alloc(size, 'a text ');
    this.#upload = { ...this.#upload, partSize, content };
  }

  #putPart(number: number) {
    const { urls, partSize, content } = this.#upload;
    const from = (number - 1) * partSize;
    return this.#emulator.handle({
      method: 'PUT',
      target: (urls[number - 1] ?? '').replace(/^https:\/\/[^/]+/, ''),
      headers: { 'content-type': 'application/octet-stream' },
      body: content.subarray(from, from + partSize),
    });
  }

  #remember(answer: Json, recordedUuid: string): void {
    if (typeof answer['token'] === 'string') this.#noteToken(answer['token']);
    if (Array.isArray(answer['parts'])) {
      this.#upload = { ...this.#upload, urls: answer['parts'] };
      this.#uuids.set(recordedUuid, String(answer['uuid']));
    }
    if (answer['status'] === 'success') this.#uuids.set(recordedUuid, String(answer['uuid']));
  }
}

interface StartedUpload {
  readonly urls: readonly string[];
  readonly partSize: number;
  readonly content: Buffer;
}

// A limit below the sizes that were refused for it.
function limitOf(interactions: readonly Titled[]): { fileSizeLimit?: number } {
  const refused = interactions.filter(({ response }) =>
    JSON.stringify(response.body)?.includes('size exceeds'),
  );
  const sizes = refused.map((one) => Number(formOf(one).find(([name]) => name === 'size')?.[1]));
  return sizes.length === 0 ? {} : { fileSizeLimit: Math.min(...sizes) - 1 };
}

function fileObject(info: RecordedInfo, uploadedAt: string): object {
  const [type, subtype] = info.mime_type.split('/');
  const mime = { mime: info.mime_type, type, subtype };
  const image = info.image_info === null ? {} : { image: info.image_info };
  return {
    ...info,
    datetime_uploaded: uploadedAt,
    datetime_stored: info.is_stored ? uploadedAt : null,
    content_info: info.content_info ?? { mime, ...image },
    metadata: info.metadata ?? {},
  };
}

// A valid file of the recorded length, format, width and height.
function contentOf({ uuid, size, image_info: image, ...info }: RecordedInfo): Buffer {
  const found = info.content_info as { mime?: { mime?: string } } | null | undefined;
  const mimeType = found?.mime?.mime ?? info.mime_type;
  // Zeros are no text.
  if (mimeType === 'application/octet-stream') return Buffer.alloc(size);
  const name = info.original_filename;
  const contentInfo = JSON.stringify(image === null ? {} : { image });
  const bytes = generatedOriginal({ uuid, name, mimeType, size, contentInfo });
  // Very large originals are generated short.
  return bytes.length >= size ? bytes : Buffer.concat([bytes, Buffer.alloc(size - bytes.length)]);
}

type Field = readonly [name: string, value: string, file?: { readonly type: string }];

function formOf({ request, endpoint, response }: Titled): Field[] {
  const body = request.body as { $form?: Field[]; $multipart?: Json[]; $binary?: object } | null;
  if (body?.$form !== undefined) return body.$form;
  if (body?.$multipart === undefined) return lostForm(endpoint, objectOf(response.body));
  return body.$multipart.map((part) =>
    part['filename'] === undefined
      ? [String(part['name']), String(part['value'])]
      : [
          String(part['name']),
          'x'.repeat(Number(part['byteLength'])),
          { type: String(part['contentType']) },
        ],
  );
}

// Some recorders did not keep the bodies of uploads: one of the same kind is sent.
function lostForm(endpoint: string, answer: Json): Field[] {
  const key: Field = ['UPLOADCARE_PUB_KEY', KEY];
  if (endpoint === 'POST upload:/base/') {
    const names = Object.keys(answer).filter((name) => name !== '$text' && name !== 'error');
    return [key, ...names.map((name): Field => [name, 'x'.repeat(9), { type: 'image/jpeg' }])];
  }
  if (endpoint !== 'POST upload:/multipart/start/') return [];
  const { parts } = answer;
  const size = PART_SIZE * (Array.isArray(parts) ? parts.length : 3);
  return [key, ['filename', 'big.jpeg'], ['size', String(size)], ['content_type', 'image/jpeg']];
}

function objectOf(value: unknown): Json {
  return typeof value === 'object' && value !== null ? (value as Json) : {};
}

function encode(form: readonly Field[]): { body: Buffer; type: string | undefined } {
  if (form.length === 0) return { body: Buffer.alloc(0), type: undefined };
  if (form.every(([, , file]) => file === undefined)) {
    const pairs = form.map(([name, value]) => [name, value] as [string, string]);
    const body = Buffer.from(new URLSearchParams(pairs).toString());
    return { body, type: 'application/x-www-form-urlencoded' };
  }
  const parts = form.map(([name, value, file]) => {
    const extra = file === undefined ? '' : `; filename="${name}"\r\nContent-Type: ${file.type}`;
    return `--edge\r\nContent-Disposition: form-data; name="${name}"${extra}\r\n\r\n${value}\r\n`;
  });
  const body = Buffer.from(`${parts.join('')}--edge--\r\n`);
  return { body, type: 'multipart/form-data; boundary=edge' };
}

interface Place {
  readonly leniency: Leniency | 'exact';
  readonly at: string;
}

// Keys and their order, types, nulls and values; only what is new in each run is compared by type.
function expectSame(actual: unknown, recorded: unknown, place: Place): void {
  if (Array.isArray(recorded)) {
    expect(Array.isArray(actual), place.at).toBe(true);
    const items = actual as unknown[];
    expect(items.length, place.at).toBe(recorded.length);
    for (const [index, item] of recorded.entries()) {
      expectSame(items[index], item, { ...place, at: `${place.at}[${index}]` });
    }
    return;
  }
  if (typeof recorded !== 'object' || recorded === null) {
    expectSameValue(actual, recorded, place);
    return;
  }
  const [own, wanted] = [actual as Json, recorded as Json];
  if (place.leniency === 'exact') expect(Object.keys(own), place.at).toEqual(Object.keys(wanted));
  else expect(Object.keys(own), place.at).toEqual(expect.arrayContaining(Object.keys(wanted)));
  for (const [name, value] of Object.entries(wanted)) {
    expectSame(own[name], value, { ...place, at: `${place.at}.${name}` });
  }
}

function expectSameValue(actual: unknown, recorded: unknown, { leniency, at }: Place): void {
  const name =
    at
      .split('.')
      .at(-1)
      ?.replace(/\[\d+\]$/, '') ?? '';
  const kind = actual === null ? 'null' : typeof actual;
  expect(kind, at).toBe(recorded === null ? 'null' : typeof recorded);
  if (name === 'parts') expectSamePart(String(actual), String(recorded));
  else if (isUuid(recorded) || NEW_IDS.has(name) || recorded === '<uploadcare_upload_token>')
    return;
  else if (name.endsWith('filename')) expectSameName(String(actual), String(recorded));
  else if (leniency !== 'older words') expect(actual, at).toBe(recorded);
}

// The collector put a hash in place of each name and kept the extension.
function expectSameName(actual: string, recorded: string): void {
  const extension = (name: string) => /\.[^.]*$/.exec(name)?.[0];
  expect(extension(actual)).toBe(extension(recorded));
}

// Host and path are the emulator's own; what the collector took out is compared by name.
function expectSamePart(actual: string, recorded: string): void {
  const [own, wanted] = [new URL(actual).searchParams, new URL(recorded).searchParams];
  expect([...own.keys()]).toEqual([...wanted.keys()]);
  for (const [name, value] of wanted) {
    const isShown = value !== 'REDACTED' && !NEW_PART_VALUES.has(name);
    if (isShown) expect(own.get(name), name).toBe(value);
    expect(own.get(name), name).not.toBe('');
  }
  expect(own.get('X-Amz-Date')).toMatch(/^\d{8}T\d{6}Z$/);
}

function isUuid(value: unknown): boolean {
  return typeof value === 'string' && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value);
}
