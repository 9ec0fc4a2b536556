import { describe, expect, test } from 'vitest';
import { createEmulator, type Emulator } from '../../src/emulator/emulator.ts';
import { generatedOriginal } from '../../src/emulator/media/generated-original.ts';
import { type Leniency, LOST_BODIES, UPLOAD_EXCEPTIONS } from './emulator-upload-exceptions.ts';
import { type Interaction, type Recording, readRecordings } from './recordings.ts';

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

const KEY = 'demopublickey';
const PART_SIZE = 5_242_880;
// New in each run, or told apart by their place instead.
const NEW_IDS = new Set(['uuid', 'file_id', 'id', 'token', 'cdn_url', 'url', 'datetime_created']);
const leniencies = new Map(UPLOAD_EXCEPTIONS.map(({ title, leniency }) => [title, leniency]));

const recordings = readRecordings()
  .map(({ name, interactions }) => ({ name, interactions: interactions.map(titled(name)) }))
  .map(({ name, interactions }) => ({ name, interactions: interactions.filter(isReplayed) }))
  .filter(({ interactions }) => interactions.length > 0);

type Titled = Interaction & { readonly title: string };

function titled(name: string) {
  return (interaction: Interaction, position: number): Titled => ({
    ...interaction,
    title: `${name} #${position}`,
  });
}

function isReplayed({ endpoint, trust }: Interaction): boolean {
  const isUpload = endpoint.includes(' upload:') || endpoint === 'PUT <presigned part url>';
  return isUpload && trust === 'as-recorded';
}

describe.skipIf(recordings.length === 0)('the Upload API answers as it was recorded', () => {
  test.each(recordings)('$name', (recording) => {
    const session = new Session(recording);
    for (const interaction of recording.interactions) {
      session.replay(interaction, leniencies.get(interaction.title) ?? 'exact');
    }
  });

  test.each(UPLOAD_EXCEPTIONS)('$title is an exception still', ({ title }) => {
    const recording = recordings.find(({ interactions }) =>
      interactions.some((interaction) => interaction.title === title),
    );
    const session = new Session(recording as Recording);
    const replay = () => {
      for (const interaction of recording?.interactions ?? []) {
        const isIt = interaction.title === title;
        session.replay(
          interaction,
          isIt ? 'exact' : (leniencies.get(interaction.title) ?? 'exact'),
        );
      }
    };
    expect(replay).toThrow();
  });

  test('how many interactions match', () => {
    const all = recordings.flatMap(({ interactions }) => interactions);
    const lenient = all.filter(({ title }) => leniencies.has(title));
    expect([all.length, lenient.length]).toEqual([76, UPLOAD_EXCEPTIONS.length]);
  });
});

/** One emulator for one recording: what came out of one interaction goes into the next. */
class Session {
  readonly #clock = { ms: 0, now: () => this.#clock.ms };
  readonly #emulator: Emulator;
  #token = '';
  #parts: string[] = [];
  #uuid = '';

  constructor({ interactions }: Recording) {
    this.#clock.ms = Date.parse(interactions[0]?.recordedAt ?? '') - 2000;
    const bodies = interactions.map(({ response }) => JSON.stringify(response.body));
    this.#emulator = createEmulator({
      clock: this.#clock,
      publicKey: KEY,
      origin: 'https://api.uploadcare.com',
      uploadOrigin: 'https://upload.uploadcare.com',
      // The account of the recordings is older than 2024-02-12 (contract 11.1).
      uploadStoreDefault: '0',
      unstoredLifetimeMs: null,
      ...(bodies.some((body) => body.includes('size exceeds'))
        ? { fileSizeLimit: 10_485_760 }
        : {}),
      processingMs: bodies.some((body) => body.includes('"is_ready":false')) ? 5000 : 0,
      importTiming: {
        unknownMs: bodies.some((body) => body.includes('"unknown"')) ? 60_000 : 0,
        waitingMs: bodies.some((body) => body.includes('"waiting"')) ? 500 : 0,
        progressMs: 0,
      },
    });
  }

  replay(interaction: Titled, leniency: Leniency | 'exact'): void {
    this.#seed(interaction);
    this.#clock.ms = Math.max(this.#clock.ms, Date.parse(interaction.recordedAt));
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
      this.#remember(actual);
      expectSame(actual, recorded, { leniency, at: interaction.title });
    }
  }

  // Puts there what the answer shows: files, groups, and what a URL leads to.
  #seed(interaction: Titled): void {
    const { endpoint, response, recordedAt, request } = interaction;
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
      if (this.#uuid === '') put([body as RecordedInfo]);
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
    if (request.url.includes('wrong')) return;
    if (interaction.title.startsWith('rbnext.upload_multipart_upload_complete #')) {
      // It was uploaded before the recording begins.
      const uuid = formOf(interaction).find(([name]) => name === 'uuid')?.[1] ?? '';
      this.#emulator.projects[0]?.addFile({ uuid });
    }
  }

  // The URL leads to a file as the later answers show it.
  #register(interaction: Titled): void {
    const url = new URLSearchParams(interaction.request.url.split('?')[1] ?? '');
    const source = formOf(interaction).find(([name]) => name === 'source_url')?.[1];
    this.#addSource(source ?? url.get('source_url') ?? '', this.#laterInfo(interaction));
  }

  #laterInfo({ title }: Titled): RecordedInfo | undefined {
    const recording = recordings.find(({ interactions }) =>
      interactions.some((interaction) => interaction.title === title),
    );
    const bodies = recording?.interactions.map(({ response }) => response.body as Json) ?? [];
    return bodies.find((body) => body?.['status'] === 'success') as RecordedInfo | undefined;
  }

  #addSource(url: string, info: RecordedInfo | undefined): void {
    if (info === undefined) {
      this.#emulator.addUrl(url, { status: 404 });
      return;
    }
    const { original_filename: name, mime_type: mimeType } = info;
    this.#emulator.addUrl(url, { name, mimeType, content: contentOf(info) });
  }

  // A status whose import was not recorded: one that ends so is begun.
  #import(interaction: Titled): void {
    const info = this.#laterInfo(interaction);
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
    this.#token = JSON.parse(String(answer.body)).token;
  }

  #send(interaction: Titled) {
    const { request } = interaction;
    if (interaction.endpoint === 'PUT <presigned part url>') return this.#putPart(interaction);
    const target = request.url
      .replace(/^https:\/\/[^/]+/, '')
      .replace(/PUBLICKEY/, KEY)
      .replace(/(token=).*/, `$1${this.#token}`)
      .replace(/(file_id=)[^&]*/, (whole, name) => (this.#uuid === '' ? whole : name + this.#uuid));
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
      if (name === 'uuid' && this.#uuid !== '') return [name, this.#uuid];
      return file === undefined ? [name, value] : [name, value, file];
    });
  }

  #putPart({ request }: Titled) {
    const number = Number(new URL(request.url).searchParams.get('partNumber'));
    const size = number < this.#parts.length ? PART_SIZE : 11_000_000 - 2 * PART_SIZE;
    return this.#emulator.handle({
      method: 'PUT',
      target: (this.#parts[number - 1] ?? '').replace(/^https:\/\/[^/]+/, ''),
      headers: { 'content-type': 'application/octet-stream' },
      body: Buffer.alloc(size, 'a text '),
    });
  }

  #remember(answer: Json): void {
    if (typeof answer['token'] === 'string') this.#token = answer['token'];
    if (Array.isArray(answer['parts'])) {
      this.#parts = answer['parts'];
      this.#uuid = String(answer['uuid']);
    }
    if (answer['status'] === 'success') this.#uuid = String(answer['uuid']);
  }
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
  const name = info.original_filename;
  const contentInfo = JSON.stringify(image === null ? {} : { image });
  return generatedOriginal({ uuid, name, mimeType: info.mime_type, size, contentInfo });
}

type Field = readonly [name: string, value: string, file?: { readonly type: string }];

function formOf({ request, title }: Titled): Field[] {
  const lost = LOST_BODIES[title];
  const body = request.body as { $form?: Field[]; $multipart?: Json[]; $binary?: object } | null;
  if (lost !== undefined) {
    return lost.map(([name, value]) =>
      value.startsWith('@') ? [name, 'x'.repeat(9), { type: 'image/jpeg' }] : [name, value],
    );
  }
  if (body?.$form !== undefined) return body.$form;
  return (body?.$multipart ?? []).map((part) =>
    part['filename'] === undefined
      ? [String(part['name']), String(part['value'])]
      : [
          String(part['name']),
          'x'.repeat(Number(part['byteLength'])),
          { type: String(part['contentType']) },
        ],
  );
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
    const isShown = value !== 'REDACTED' && name !== 'X-Amz-Date';
    if (isShown) expect(own.get(name), name).toBe(value);
    expect(own.get(name), name).not.toBe('');
  }
  expect(own.get('X-Amz-Date')).toMatch(/^\d{8}T\d{6}Z$/);
}

function isUuid(value: unknown): boolean {
  return typeof value === 'string' && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value);
}
