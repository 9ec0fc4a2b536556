import fc from 'fast-check';
import { expect, test } from 'vitest';
import { no, YES } from '../../../src/core/verdict.ts';
import { compileFilter } from '../../../src/filters/compile-filter.ts';
import type { Conditions } from '../../../src/filters/where.ts';
import { someFile } from '../../support/some-file.ts';

const NOW = 2_000_000;
const SURE = { earliest: NOW, latest: NOW };
const NOTHING_KNOWN = no('nothing is known about it to filter by');

test('a filter without conditions takes everything, even what nothing is known of', () => {
  const filter = compileFilter({}, SURE);
  expect(filter(someFile())).toEqual(YES);
  expect(filter(null)).toEqual(YES);
});

test('a filter with a condition takes nothing that nothing is known of', () => {
  expect(compileFilter({ stored: false }, SURE)(null)).toEqual(NOTHING_KNOWN);
  expect(compileFilter({ unless: { stored: true } }, SURE)(null)).toEqual(NOTHING_KNOWN);
});

test('every condition must hold, and the reason names the first that does not', () => {
  const filter = compileFilter({ stored: true, mime: ['video/*'], size: { max: 1 } }, SURE);
  expect(filter(someFile())).toEqual(no('larger than 1 bytes'));
  expect(filter(someFile({ size: 1 }))).toEqual(no('MIME type is not video/*'));
  expect(filter(someFile({ size: 1, mimeType: 'video/mp4' }))).toEqual(YES);
});

test('unless leaves out what meets all of its conditions, and nothing else', () => {
  const filter = compileFilter({ unless: { stored: true, name: ['cat*'] } }, SURE);
  expect(filter(someFile())).toEqual(no('meets the conditions of `unless`'));
  expect(filter(someFile({ filename: 'dog.jpg' }))).toEqual(YES);
  expect(filter(someFile({ storedAt: null }))).toEqual(YES);
});

test('any wants one of its sets to hold beside the conditions next to it', () => {
  const filter = compileFilter({ stored: true, any: [{ name: ['a*'] }, { name: ['c*'] }] }, SURE);
  expect(filter(someFile())).toEqual(YES);
  expect(filter(someFile({ filename: 'dog' }))).toEqual(no('meets no conditions of `any`'));
  expect(filter(someFile({ storedAt: null }))).toEqual(no('not stored'));
});

const conditions: fc.Arbitrary<Conditions> = fc.record(
  {
    stored: fc.boolean(),
    removed: fc.boolean(),
    size: fc.record({ min: fc.nat(20) }, { requiredKeys: [] }),
    uploaded: fc.record({ olderThan: fc.nat(20), newerThan: fc.nat(20) }, { requiredKeys: [] }),
    tags: fc.record(
      { any: fc.constantFrom(['a'], ['a', 'b']), none: fc.constant(['c']) },
      { requiredKeys: [] },
    ),
    name: fc.constantFrom(['a*'], ['*b', 'c?']),
  },
  { requiredKeys: [] },
);
const files = fc
  .record({
    storedAt: fc.option(fc.constant(1)),
    removedAt: fc.option(fc.constant(1)),
    size: fc.nat(30),
    uploadedAt: fc.integer({ min: NOW - 30, max: NOW + 5 }),
    tags: fc.subarray(['a', 'b', 'c']),
    filename: fc.string({ unit: fc.constantFrom('a', 'b', 'c', '\n', '/'), maxLength: 4 }),
  })
  .map(someFile);

test('unless is the opposite of the same conditions, for any conditions and file', () => {
  fc.assert(
    fc.property(conditions, files, (given, file) => {
      fc.pre(Object.keys(given).length > 0);
      const meets = compileFilter(given, SURE)(file).kind === 'yes';
      const isLeftOut = compileFilter({ unless: given }, SURE)(file).kind !== 'yes';
      expect(isLeftOut).toBe(meets);
    }),
  );
});

test('any of one set says what the set itself says', () => {
  fc.assert(
    fc.property(conditions, files, (given, file) => {
      const alone = compileFilter(given, SURE)(file).kind === 'yes';
      expect(compileFilter({ any: [given] }, SURE)(file).kind === 'yes').toBe(alone);
    }),
  );
});

test.each([
  ['olderThan selects', { uploaded: { olderThan: 100 } }, { 101: 'no', 109: 'no', 111: 'yes' }],
  ['newerThan selects', { uploaded: { newerThan: 100 } }, { 91: 'yes', 101: 'no', 109: 'no' }],
  ['any olderThan selects', { any: [{ uploaded: { olderThan: 100 } }] }, { 101: 'no', 111: 'yes' }],
  [
    'unless newerThan protects',
    { unless: { uploaded: { newerThan: 100 } } },
    { 101: 'no', 109: 'no', 111: 'yes' },
  ],
  [
    'unless olderThan protects',
    { unless: { uploaded: { olderThan: 100 } } },
    { 91: 'yes', 101: 'no', 109: 'no' },
  ],
])('an age that depends on which clock is right selects nothing: %s', (_, where, expected) => {
  // The age is that by the later clock; by the earlier one it is ten less.
  const filter = compileFilter(where, { earliest: NOW - 10, latest: NOW });
  for (const [age, kind] of Object.entries(expected)) {
    expect(filter(someFile({ uploadedAt: NOW - Number(age) })).kind, age).toBe(kind);
  }
});
