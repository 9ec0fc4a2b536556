import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  isImageCheck,
  metadataCheck,
  mimeCheck,
  nameCheck,
  removedCheck,
  sizeCheck,
  storedCheck,
  tagsCheck,
  uploadedCheck,
} from '../../../src/filters/file-conditions.ts';
import { someFile } from '../../support/some-file.ts';

test('stored and removed look at the time of storing and removing', () => {
  expect(storedCheck(true)(someFile({ storedAt: null }))).toBe('not stored');
  expect(storedCheck(false)(someFile({ storedAt: 0 }))).toBe('stored');
  expect(removedCheck(false)(someFile({ removedAt: 5 }))).toBe('removed');
  expect(removedCheck(false)(someFile())).toBeNull();
});

test('a file that may or may not be an image meets neither', () => {
  const unknown = someFile({ isImage: null });
  expect(isImageCheck(true)(unknown)).not.toBeNull();
  expect(isImageCheck(false)(unknown)).not.toBeNull();
  expect(isImageCheck(true)(someFile())).toBeNull();
});

test.each([
  [{ min: 10 }, 9, false],
  [{ min: 10 }, 10, true],
  [{ max: 10 }, 10, true],
  [{ max: 10 }, 11, false],
  [{ min: 10, max: 10 }, 10, true],
  [{ min: 0 }, 0, true],
  [{ max: 10 }, Number.NaN, false],
])('size %j and a file of %d bytes: %s', (wanted, size, meets) => {
  expect(sizeCheck(wanted)(someFile({ size })) === null).toBe(meets);
});

test.each([
  [{ olderThan: 100 }, 900, false],
  [{ olderThan: 100 }, 899, true],
  [{ olderThan: 100 }, 2000, false],
  [{ newerThan: 100 }, 900, true],
  [{ newerThan: 100 }, 899, false],
  [{ newerThan: 100 }, 2000, true],
  [{ before: 500 }, 499, true],
  [{ before: 500 }, 500, false],
  [{ after: 500 }, 500, true],
  [{ after: 500 }, 499, false],
  [{ olderThan: 100 }, Number.NaN, false],
  [{ newerThan: 100 }, Number.NaN, false],
  [{ before: 500 }, Number.NaN, false],
  [{ after: 500 }, Number.NaN, false],
])('uploaded %j at 1000 and a file of %d: %s', (wanted, uploadedAt, meets) => {
  expect(uploadedCheck(wanted, 1000)(someFile({ uploadedAt })) === null).toBe(meets);
});

test('olderThan and newerThan of one age split all files in two, as before and after do', () => {
  fc.assert(
    fc.property(fc.nat(50), fc.integer({ min: 0, max: 100 }), (age, uploadedAt) => {
      const file = someFile({ uploadedAt });
      const isOlder = uploadedCheck({ olderThan: age }, 60)(file) === null;
      expect(uploadedCheck({ newerThan: age }, 60)(file) === null).toBe(!isOlder);
      const isBefore = uploadedCheck({ before: age }, 60)(file) === null;
      expect(uploadedCheck({ after: age }, 60)(file) === null).toBe(!isBefore);
    }),
  );
});

test('MIME types and names match any of their globs, whatever the case', () => {
  expect(mimeCheck(['image/*'])(someFile({ mimeType: 'Image/PNG' }))).toBeNull();
  expect(mimeCheck(['image/*'])(someFile({ mimeType: 'video/mp4' }))).toBe(
    'MIME type is not image/*',
  );
  expect(nameCheck(['*.png', '*.jpg'])(someFile({ filename: 'CAT.JPG' }))).toBeNull();
});

test('a name with a line break, a slash or a leading dot is matched like any other', () => {
  for (const filename of [
    'a\nb.jpg',
    '../../etc/x.jpg',
    '.jpg',
    '\u202egpj.jpg',
    'ünï.jpg',
    '🙂.jpg',
  ]) {
    expect(nameCheck(['*.jpg'])(someFile({ filename }))).toBeNull();
  }
});

test('metadata is matched by glob or by being there', () => {
  const kept = someFile({ metadata: { keep: 'True' } });
  expect(metadataCheck('keep', { globs: ['true'] })(kept)).toBeNull();
  expect(metadataCheck('keep', { globs: ['no'] })(kept)).toBe('metadata keep is not no');
  expect(metadataCheck('keep', { exists: false })(kept)).toBe('with metadata keep');
  expect(metadataCheck('other', { globs: ['*'] })(kept)).not.toBeNull();
  expect(metadataCheck('other', { exists: true })(kept)).toBe('not with metadata other');
});

test("metadata that a file does not have is not found in JavaScript's own objects", () => {
  for (const key of ['constructor', '__proto__', 'toString']) {
    expect(metadataCheck(key, { exists: true })(someFile())).not.toBeNull();
    expect(metadataCheck(key, { globs: ['*'] })(someFile())).not.toBeNull();
  }
});

test('tags: any wants one, all wants every one, none wants no one', () => {
  const file = someFile({ tags: ['a', 'b'] });
  expect(tagsCheck({ any: ['b', 'x'] })(file)).toBeNull();
  expect(tagsCheck({ any: ['x'] })(file)).toBe('with none of the tags x');
  expect(tagsCheck({ all: ['a', 'x'] })(file)).toBe('without tag x');
  expect(tagsCheck({ none: ['x', 'b'] })(file)).toBe('with tag b');
  expect(tagsCheck({ any: ['a'], all: ['a', 'b'], none: ['x'] })(file)).toBeNull();
});
