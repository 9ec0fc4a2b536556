import { inflateSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { detectContent } from '../../../../src/emulator/media/content-info.ts';
import { generatedOriginal } from '../../../../src/emulator/media/generated-original.ts';
import { detectMimeType, plainMimeType } from '../../../../src/emulator/media/mime-types.ts';
import { uploadSetup } from '../upload-caller.ts';

const FACTS = {
  uuid: '1b959c59-9605-4879-946f-08fdb5ea3e9d',
  name: 'a (1).bin',
  size: 50_000,
  contentInfo: JSON.stringify({
    image: { width: 321, height: 123, dpi: [72, 96], color_mode: 'RGB' },
  }),
};

describe('a generated original', () => {
  test.each([
    ['image/png', 'RGB'],
    ['image/jpeg', 'RGB'],
    ['image/gif', 'P'],
    ['image/webp', 'RGB'],
  ])('of %s has the size, width and height it claims', (mimeType, color_mode) => {
    const bytes = generatedOriginal({ ...FACTS, mimeType });
    expect(bytes).toHaveLength(50_000);
    expect(JSON.parse(detectContent(bytes, 'x').contentInfo)).toMatchObject({
      mime: { mime: mimeType },
      image: { width: 321, height: 123, color_mode },
    });
  });

  test.each([
    'application/pdf',
    'application/zip',
    'application/msword',
    'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
    'audio/ogg',
    'video/mp4',
    'video/webm',
    'text/plain',
    'text/csv',
    'application/octet-stream',
  ])('of %s is exactly as long as it should be, and the same each time', (mimeType) => {
    for (const size of [50_000, 99_999, 100_003]) {
      const bytes = generatedOriginal({ ...FACTS, mimeType, size });
      expect(bytes).toHaveLength(size);
      expect(generatedOriginal({ ...FACTS, mimeType, size }).equals(bytes)).toBe(true);
    }
  });

  test('too large to be written out is short but valid', () => {
    const pdf = generatedOriginal({ ...FACTS, mimeType: 'application/pdf', size: 2 ** 40 });
    expect(pdf.length).toBeLessThan(2000);
    expect(detectMimeType(pdf, 'x')).toBe('application/pdf');
  });

  test('of a PDF points to its table', () => {
    const text = generatedOriginal({ ...FACTS, mimeType: 'application/pdf' }).toString('latin1');
    const offset = Number(/startxref\n(\d+)\n%%EOF\n$/.exec(text)?.[1]);
    expect(text.slice(offset, offset + 5)).toBe('xref\n');
    const objects = [...text.slice(offset).matchAll(/^(\d{10}) 00000 n $/gm)];
    for (const [index, [, at]] of objects.entries()) {
      expect(text.slice(Number(at)).startsWith(`${index + 1} 0 obj`)).toBe(true);
    }
  });

  test('of a PNG has as many pixels as it says', () => {
    const bytes = generatedOriginal({ ...FACTS, mimeType: 'image/png', size: 0 });
    const data = bytes.indexOf('IDAT');
    const length = bytes.readUInt32BE(data - 4);
    const pixels = inflateSync(bytes.subarray(data + 4, data + 4 + length));
    expect(pixels).toHaveLength(123 * (1 + 321 * 3));
  });
});

test.each([
  ['%PDF-1.4', 'x', 'application/pdf'],
  [
    'PK\x03\x04',
    'a.docx',
    'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  ],
  ['PK\x03\x04', 'a', 'application/zip'],
  ['\0\0\0\x18ftypqt  ', 'a.mp4', 'video/quicktime'],
  ['hello', 'a', 'text/plain'],
  ['hello', 'a.csv', 'text/csv'],
  ['\0\0', 'a', 'application/octet-stream'],
  ['', 'constructor', 'application/octet-stream'],
])('%j named %s is %s', (head, name, type) => {
  expect(detectMimeType(Buffer.from(head, 'latin1'), name)).toBe(type);
});

test('a damaged image is a file like any other', () => {
  const png = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
  expect(detectContent(png, 'a.png')).toMatchObject({ mimeType: 'image/png', isImage: false });
  const jpeg = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 0, 1]);
  expect(detectContent(jpeg, 'a.jpg')).toMatchObject({ isImage: false });
});

test('a declared type loses its parameters, nonsense is none', () => {
  expect(plainMimeType('Text/Plain; charset=utf-8')).toBe('text/plain');
  expect(plainMimeType('text/"x')).toBeUndefined();
  expect(plainMimeType(undefined)).toBeUndefined();
});

describe('the CDN', () => {
  test('serves uploaded bytes, generated ones of other files, and no removed file', () => {
    const { get, upload, emulator, call } = uploadSetup({ files: 20, cdnOrigin: 'self' });
    const uuid = upload({ name: 'a b.txt', type: 'text/plain', data: 'hello' });
    const link = JSON.parse(String(call(`/files/${uuid}/`).body)).original_file_url;
    expect(link).toBe(`https://api.uploadcare.com/${uuid}/ab.txt`);
    const path = new URL(link).pathname;
    expect(get(path)).toMatchObject({ status: 200, headers: { 'content-type': 'text/plain' } });
    expect(String(get(path).body)).toBe('hello');
    for (let index = 0; index < 20; index += 1) {
      const seeded = emulator.projects[0]?.seededFile(index);
      const answer = get(`/${seeded?.uuid}/`);
      expect(answer.headers['content-type']).toBe(seeded?.mimeType);
      const isShort = (seeded?.size ?? 0) > 16 * 1024 ** 2;
      if (!isShort) expect(answer.body.length).toBeGreaterThanOrEqual(seeded?.size ?? 0);
    }
    call(`/files/${uuid}/storage/`, { method: 'DELETE' });
    expect(get(path).status).toBe(404);
    expect(get('/00000000-0000-4000-8000-000000000000/').status).toBe(404);
  });

  test('serves a local copy with the bytes of its source', () => {
    const { get, upload, json, clock } = uploadSetup();
    const uuid = upload({ name: 'a.txt', data: 'hello' });
    const asked = { method: 'POST', body: { source: uuid } };
    const copy = json<{ result: { uuid: string } }>('/files/local_copy/', asked).result.uuid;
    clock.ms += 60_000;
    json('/project/');
    expect(String(get(`/${copy}/`).body)).toBe('hello');
  });

  test('serves a file of a group, and a head without a body', () => {
    const { get, upload, post, read, emulator } = uploadSetup();
    const uuid = upload({ name: 'a.txt', data: 'hello' });
    const { id } = read(post('/group/', { pub_key: 'demopublickey', 'files[0]': uuid }));
    expect(String(get(`/${id}/nth/0/`).body)).toBe('hello');
    expect(get(`/${id}/nth/1/`).status).toBe(404);
    const head = emulator.handle({ method: 'HEAD', target: `/${uuid}/`, headers: {}, body: '' });
    expect(head).toMatchObject({ status: 200, body: '', headers: { 'content-length': '5' } });
  });
});
