// Tests the single conditions of src/filters/compile-filter.ts.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { no, unknown, YES } from '../../../src/core/verdict.ts';
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
} from '../../../src/filters/compile-filter.ts';
import { someFile } from '../../support/some-file.ts';

function at(ms: number) {
  return { earliest: ms, latest: ms };
}

test('stored and removed look at the time of storing and removing', () => {
  expect(storedCheck(true)(someFile({ storedAt: null }))).toEqual(no('not stored'));
  expect(storedCheck(false)(someFile({ storedAt: 0 }))).toEqual(no('stored'));
  expect(removedCheck(false)(someFile({ removedAt: 5 }))).toEqual(no('removed'));
  expect(removedCheck(false)(someFile())).toEqual(YES);
});

test('a fact that is unknown decides nothing, and the answer names it', () => {
  const open = someFile({
    filename: null,
    mimeType: null,
    isImage: null,
    metadata: null,
    tags: null,
  });
  expect(isImageCheck(true)(open)).toEqual(unknown('isImage'));
  expect(isImageCheck(false)(open)).toEqual(unknown('isImage'));
  expect(mimeCheck(['*'])(open)).toEqual(unknown('mimeType'));
  expect(nameCheck(['*'])(open)).toEqual(unknown('filename'));
  expect(metadataCheck('keep', { exists: false })(open)).toEqual(unknown('metadata'));
  expect(metadataCheck('keep', { globs: ['*'] })(open)).toEqual(unknown('metadata'));
  expect(tagsCheck({ none: ['keep'] })(open)).toEqual(unknown('tags'));
});

test('what is empty is known', () => {
  const empty = someFile({ filename: '', metadata: {}, tags: [], storedAt: null });
  expect(nameCheck([''])(empty)).toEqual(YES);
  expect(metadataCheck('keep', { exists: false })(empty)).toEqual(YES);
  expect(tagsCheck({ none: ['keep'] })(empty)).toEqual(YES);
  expect(storedCheck(false)(empty)).toEqual(YES);
});

test('an accent counts the same in one character and in two, in names, metadata and tags', () => {
  const [one, two] = ['é', 'e\u0301'];
  for (const [mine, theirs] of [
    [one, two],
    [two, one],
  ] as const) {
    expect(nameCheck([`caf${mine}*`])(someFile({ filename: `CAF${theirs}.jpg` }))).toEqual(YES);
    expect(nameCheck([`caf?.jpg`])(someFile({ filename: `caf${theirs}.jpg` }))).toEqual(YES);
    const metadata = { place: `Caf${theirs}` };
    expect(metadataCheck('place', { globs: [`caf${mine}`] })(someFile({ metadata }))).toEqual(YES);
    const tagged = someFile({ tags: [`caf${theirs}`] });
    expect(tagsCheck({ none: [`caf${mine}`] })(tagged).kind).toBe('no');
  }
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
  expect(sizeCheck(wanted)(someFile({ size })).kind === 'yes').toBe(meets);
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
  expect(uploadedCheck(wanted, at(1000))(someFile({ uploadedAt })).kind === 'yes').toBe(meets);
});

test('olderThan and newerThan of one age split all files in two, as before and after do', () => {
  fc.assert(
    fc.property(fc.nat(50), fc.integer({ min: 0, max: 100 }), (age, uploadedAt) => {
      const file = someFile({ uploadedAt });
      const isOlder = uploadedCheck({ olderThan: age }, at(60))(file).kind === 'yes';
      expect(uploadedCheck({ newerThan: age }, at(60))(file).kind === 'yes').toBe(!isOlder);
      const isBefore = uploadedCheck({ before: age }, at(60))(file).kind === 'yes';
      expect(uploadedCheck({ after: age }, at(60))(file).kind === 'yes').toBe(!isBefore);
    }),
  );
});

test('MIME types and names match any of their globs, whatever the case', () => {
  expect(mimeCheck(['image/*'])(someFile({ mimeType: 'Image/PNG' }))).toEqual(YES);
  expect(mimeCheck(['image/*'])(someFile({ mimeType: 'video/mp4' }))).toEqual(
    no('MIME type is not image/*'),
  );
  expect(nameCheck(['*.png', '*.jpg'])(someFile({ filename: 'CAT.JPG' }))).toEqual(YES);
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
    expect(nameCheck(['*.jpg'])(someFile({ filename }))).toEqual(YES);
  }
});

test('metadata is matched by glob or by being there', () => {
  const kept = someFile({ metadata: { keep: 'True' } });
  expect(metadataCheck('keep', { globs: ['true'] })(kept)).toEqual(YES);
  expect(metadataCheck('keep', { globs: ['no'] })(kept)).toEqual(no('metadata keep is not no'));
  expect(metadataCheck('keep', { exists: false })(kept)).toEqual(no('with metadata keep'));
  expect(metadataCheck('other', { globs: ['*'] })(kept)).toMatchObject({ kind: 'no' });
  expect(metadataCheck('other', { exists: true })(kept)).toEqual(no('not with metadata other'));
});

test("metadata that a file does not have is not found in JavaScript's own objects", () => {
  for (const key of ['constructor', '__proto__', 'toString']) {
    expect(metadataCheck(key, { exists: true })(someFile())).toMatchObject({ kind: 'no' });
    expect(metadataCheck(key, { globs: ['*'] })(someFile())).toMatchObject({ kind: 'no' });
  }
});

test('tags: any wants one, all wants every one, none wants no one', () => {
  const file = someFile({ tags: ['a', 'b'] });
  expect(tagsCheck({ any: ['b', 'x'] })(file)).toEqual(YES);
  expect(tagsCheck({ any: ['x'] })(file)).toEqual(no('with none of the tags x'));
  expect(tagsCheck({ all: ['a', 'x'] })(file)).toEqual(no('without tag x'));
  expect(tagsCheck({ none: ['x', 'b'] })(file)).toEqual(no('with tag b'));
  expect(tagsCheck({ any: ['a'], all: ['a', 'b'], none: ['x'] })(file)).toEqual(YES);
});
