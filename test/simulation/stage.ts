import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Emulator, FileSpec } from '../../src/emulator/emulator.ts';

/** The start of every simulation, ms since 1970. */
export const START_MS = Date.UTC(2026, 10, 21, 12);

/** The place that a scenario prepares before the run. */
export interface Stage {
  readonly emulator: Emulator;
  /** A folder of the disk, outside the state directory. */
  readonly directory: string;
  readonly items: number;
  readonly random: () => number;
}

export const IMAGE: FileSpec = { name: 'cat.png', mimeType: 'image/png', isImage: true };
export const PDF: FileSpec = { name: 'paper.pdf', mimeType: 'application/pdf', isImage: false };
export const VIDEO: FileSpec = { name: 'clip.mp4', mimeType: 'video/mp4', isImage: false };

const DAY_MS = 86_400_000;
const LARGE_BYTES = 17 * 1024 ** 2;

/** Adds files, some with the same microsecond as the previous one. Returns their UUIDs. */
export function addFiles(
  { emulator, random }: Stage,
  count: number,
  spec: FileSpec & { isStored: boolean; ageDays?: number },
): string[] {
  const { isStored, ageDays = 10, ...rest } = spec;
  let at = START_MS - ageDays * DAY_MS;
  return Array.from({ length: count }, () => {
    if (random() < 0.7) at += 1 + Math.floor(random() * 5000);
    const uploadedAt = new Date(at).toISOString();
    const storedAt = isStored ? uploadedAt : null;
    return emulator.projects[0]!.addFile({ ...rest, uploadedAt, storedAt }).uuid;
  });
}

/** Creates a list of URLs that the service can import. Returns the URLs. */
export function addUrls({ emulator, directory, items }: Stage): { urls: string[]; path: string } {
  const urls = numbers(items).map((number) => `https://example.test/${number}.txt`);
  for (const url of urls) emulator.addUrl(url, { content: url });
  const path = join(directory, 'urls.txt');
  writeFileSync(path, urls.map((url) => `${url}\n`).join(''));
  return { urls, path };
}

/** Adds unstored files, half of which expire one after another during the run. Returns their UUIDs. */
export function addExpiring(stage: Stage, lifetimeMs: number): string[] {
  const { emulator, items } = stage;
  return numbers(items).map((number) => {
    const left = number % 2 === 0 ? number * 400 : lifetimeMs / 2 - number;
    const uploadedAt = new Date(START_MS - lifetimeMs + left).toISOString();
    return emulator.projects[0]!.addFile({ ...IMAGE, uploadedAt, storedAt: null }).uuid;
  });
}

/** Creates a folder of local files, of the given size if one is given. Returns their names. */
export function addFolder(
  { directory, items }: Stage,
  size?: number,
): { names: string[]; path: string } {
  const path = join(directory, 'folder');
  mkdirSync(path);
  const names = numbers(items).map((number) => `${String(number).padStart(3, '0')}.txt`);
  for (const name of names) {
    const text = `the text of ${name}`;
    writeFileSync(join(path, name), size === undefined ? text : Buffer.alloc(size, text));
  }
  return { names, path };
}

/** The keys with which a run uses the buckets of the emulator. */
export const BUCKET_ENV = {
  AWS_ACCESS_KEY_ID: 'EMULATORACCESSKEYID0',
  AWS_SECRET_ACCESS_KEY: 'emulator-secret-access-key',
};

/** Creates the objects of a bucket, of the given size if one is given. Returns the job's source and the keys. */
export function addObjects(
  { emulator, items }: Stage,
  size?: number,
): { source: object; keys: string[] } {
  emulator.buckets.create('shop-media');
  const keys = numbers(items).map((number) => `photos/${String(number).padStart(3, '0')}.txt`);
  for (const key of keys) {
    const text = `the text of ${key}`;
    const bytes = size === undefined ? text : Buffer.alloc(size, text);
    emulator.buckets.put('shop-media', key, { bytes, contentType: 'text/plain' });
  }
  const place = { url: 's3://shop-media/photos/', endpoint: 'https://upload.uploadcare.com/s3' };
  return { source: { bucket: { ...place, region: 'us-east-1' } }, keys };
}

/** A small file whose bytes are those of no other file. */
export const TEXT: FileSpec = {
  name: 'Größe 1.txt',
  mimeType: 'text/plain',
  isImage: false,
  size: 120,
  metadata: { Author: 'Zoë' },
  tags: ['old'],
};

/** The bucket to which jobs copy files, as the options of a step have it. */
export const ATTIC = {
  url: 's3://attic/',
  endpoint: 'https://upload.uploadcare.com/s3',
  region: 'us-east-1',
};

/** Creates the bucket to which the job copies files. */
export function addAttic({ emulator }: Stage): void {
  emulator.buckets.create('attic');
}

/** Adds a stored file that is too large for one request to a bucket. Returns its UUID. */
export function addLargeFile(stage: Stage): string {
  const bytes = Buffer.alloc(LARGE_BYTES, 'a large file ');
  const spec = { ...TEXT, size: bytes.length, isStored: true };
  const [uuid = ''] = addFiles(stage, 1, spec);
  const { publicKey } = stage.emulator.projects[0]!;
  const contents = { [uuid]: bytes.toString('base64') };
  stage.emulator.load({ projects: [{ pub_key: publicKey, contents }] });
  return uuid;
}

/** The bytes of a file, as the CDN has them. */
export function originalBytes(emulator: Emulator, uuid: string): Buffer {
  const { status, body } = emulator.handle({
    method: 'GET',
    target: `/${uuid}/`,
    headers: { host: 'ucarecdn.com' },
    body: '',
  });
  if (status !== 200) throw new Error(`The CDN does not have the file: ${status}`);
  return Buffer.from(body);
}

/** Creates groups of one file each. Returns their ids. */
export function addGroups(stage: Stage): string[] {
  const { emulator } = stage;
  const { publicKey } = emulator.projects[0]!;
  return addFiles(stage, stage.items, { ...IMAGE, isStored: true }).map((uuid) => {
    const answer = emulator.handle({
      method: 'POST',
      target: '/group/',
      headers: { host: 'service.test', 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ pub_key: publicKey, 'files[0]': uuid }).toString(),
    });
    return (JSON.parse(String(answer.body)) as { id: string }).id;
  });
}

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, place) => place + 1);
}

/** Somebody else stores or deletes a file. */
export function changeElsewhere({ emulator }: Stage, method: 'PUT' | 'DELETE', uuid: string): void {
  const { publicKey, secretKey } = emulator.projects[0]!;
  const headers = {
    host: 'service.test',
    accept: 'application/vnd.uploadcare-v0.7+json',
    authorization: `Uploadcare.Simple ${publicKey}:${secretKey}`,
  };
  const target = `/files/${uuid}/storage/`;
  const { status } = emulator.handle({ method, target, headers, body: '' });
  if (status !== 200) throw new Error(`The file was not changed: ${status}`);
}
