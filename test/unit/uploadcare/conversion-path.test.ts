import { expect, test } from 'vitest';
import {
  comparablePath,
  documentPath,
  videoPath,
} from '../../../src/uploadcare/conversion-path.ts';
import { uuidOf } from '../../support/file-json.ts';

const UUID = uuidOf(1);

test.each([
  [{}, `${UUID}/document/`],
  [{ format: 'pdf' }, `${UUID}/document/-/format/pdf/`],
  [
    { format: 'jpg', page: 2, quality: 80, dpi: 150 },
    `${UUID}/document/-/format/jpg/-/page/2/-/quality/80/-/dpi/150/`,
  ],
  [{ format: 'enhanced.jpg' }, `${UUID}/document/-/format/enhanced.jpg/`],
])('a document with %j is %s', (conversion, path) => {
  expect(documentPath(UUID, conversion)).toBe(path);
});

test('a video has all its operations in the order of the docs', () => {
  const conversion = {
    size: { width: 600, height: 400, mode: 'change_ratio' },
    quality: 'best',
    format: 'webm',
    cut: { start: '0:0:0.0', length: '0:0:1.0' },
    thumbs: 2,
    thumbAt: 1,
  } as const;
  expect(videoPath(UUID, conversion)).toBe(
    `${UUID}/video/-/size/600x400/change_ratio/-/quality/best/-/format/webm/-/cut/0:0:0.0/0:0:1.0/-/thumbs~2/1/`,
  );
  expect(videoPath(UUID, { size: { width: 640 } })).toBe(`${UUID}/video/-/size/640x/`);
  expect(videoPath(UUID, { cut: { start: '1.5', length: 'end' }, thumbs: 3 })).toBe(
    `${UUID}/video/-/cut/1.5/end/-/thumbs~3/`,
  );
});

test.each(['../x', 'pdf/-/page/9', '', 'ä', 'x'.repeat(30)])('no format is %j', (format) => {
  expect(() => documentPath(UUID, { format })).toThrow('Not a format');
});

test.each(['1/2', '', 'x', '1:2:3:4', '-1'])('no time is %j', (start) => {
  expect(() => videoPath(UUID, { cut: { start, length: 'end' } })).toThrow('Not a time');
});

test.each([
  `/${UUID}/document/`,
  `https://ucarecdn.com/${UUID}/document/`,
  `${UUID.toUpperCase()}/document/`,
])('%s is the same conversion', (path) => {
  expect(comparablePath(path)).toBe(`${UUID}/document/`);
});

test('the case of what follows the UUID counts', () => {
  expect(comparablePath(`${UUID}/A/`)).not.toBe(comparablePath(`${UUID}/a/`));
  expect(comparablePath('INVALID')).toBe('invalid');
});
