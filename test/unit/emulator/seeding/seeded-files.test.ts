import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sanitisedName } from '../../../../src/emulator/core/sanitised-name.ts';
import { UuidPermutation } from '../../../../src/emulator/core/uuid-permutation.ts';
import { formatInstant, parseInstant } from '../../../../src/emulator/protocol/wire-instant.ts';
import { BitField, nearestBit } from '../../../../src/emulator/seeding/bit-field.ts';
import { setup, targetOf } from '../emulator-caller.ts';

const INDEX = fc.integer({ min: 0, max: 0xffff_ffff });

test('every index has its own v4 UUID and is found again by it', () => {
  const uuids = new UuidPermutation('seed');
  fc.assert(
    fc.property(INDEX, (index) => {
      const uuid = uuids.uuidOf(index);
      expect(uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      expect(uuids.indexOf(uuid)).toBe(index);
    }),
  );
});

test("a stranger's UUID has no index", () => {
  const [mine, other] = [new UuidPermutation(1), new UuidPermutation(2)];
  fc.assert(
    fc.property(fc.uuid({ version: 4 }), INDEX, (uuid, index) => {
      expect(mine.indexOf(uuid)).toBeUndefined();
      expect(mine.indexOf(other.uuidOf(index))).toBeUndefined();
    }),
  );
  expect(mine.indexOf('wrong')).toBeUndefined();
});

test('the nearest bit is found in both directions', () => {
  const bits = fc.uniqueArray(fc.integer({ min: 0, max: 199 }), { maxLength: 12 });
  fc.assert(
    fc.property(bits, fc.integer({ min: -1, max: 200 }), (set, from) => {
      const field = new BitField(200);
      for (const bit of set) field.set(bit);
      const wordAt = (word: number) => field.words[word] ?? 0;
      const isInside = from >= 0 && from < 200;
      const up = isInside ? Math.min(...set.filter((bit) => bit >= from)) : Infinity;
      const down = isInside ? Math.max(...set.filter((bit) => bit <= from)) : -Infinity;
      expect(nearestBit(wordAt, { from, length: 200, step: 1 })).toBe(up === Infinity ? -1 : up);
      expect(nearestBit(wordAt, { from, length: 200, step: -1 })).toBe(
        down === -Infinity ? -1 : down,
      );
    }),
  );
});

test('names are sanitised as recorded', () => {
  for (const [name, sanitised] of [
    ['two-of-them.jpg', 'twoofthem.jpg'],
    ['image.png.jpeg', 'imagepng.jpeg'],
    ['-17.0°С (2).png', '1702.png'],
    ['1631872002638..jpg', '1631872002638.jpg'],
    ['IMG_8919.jpeg', 'IMG_8919.jpeg'],
    ['tmpiahsb647', 'tmpiahsb647'],
    ['', 'noroot'],
  ] as const) {
    expect(sanitisedName(name)).toBe(sanitised);
  }
});

test('seeded files carry the sanitised name that their name has', () => {
  const { emulator } = setup({ files: 3000 });
  for (let index = 0; index < 3000; index += 1) {
    const file = emulator.projects[0]?.seededFile(index);
    expect([file?.name, file?.urlName]).toEqual([file?.name, sanitisedName(file?.name ?? '')]);
  }
});

test('an instant survives the wire to the microsecond', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 4_000_000_000_000_000 }), (micros) => {
      expect(parseInstant(formatInstant(micros))).toBe(micros);
    }),
  );
  expect(formatInstant(1_666_696_307_120_330)).toBe('2022-10-25T11:11:47.120330Z');
  expect(parseInstant('2022-10-25T13:11:47.120330+02:00')).toBe(1_666_696_307_120_330);
  expect(parseInstant('2015-10-21')).toBe(Date.UTC(2015, 9, 21) * 1000);
  expect(parseInstant('soon')).toBeUndefined();
});

test('seeded files look like a real project', () => {
  const { page } = setup({ files: 1000, tiesShare: 0.1 });
  const files = page('/files/?limit=1000').results;
  const share = (test: (file: (typeof files)[number]) => boolean) =>
    files.filter(test).length / 1000;
  const names = files.map((file) => file.original_filename);
  for (const script of [
    /\p{Script=Cyrillic}/u,
    /\p{Script=Han}/u,
    /\p{Script=Arabic}/u,
    /\p{Script=Hebrew}/u,
    /\p{Emoji_Presentation}/u,
    /é/,
    / /,
    /\..*\./,
    /-/,
    /"/,
    /^[^.]+$/,
    /.{150}/,
  ]) {
    expect([script, names.some((name) => script.test(name))]).toEqual([script, true]);
  }
  expect(share((file) => file['is_image'] === true)).toBeCloseTo(0.7, 1);
  expect(share((file) => file.datetime_stored !== null)).toBeCloseTo(0.7, 1);
  expect(share((file) => JSON.stringify(file['metadata']) !== '{}')).toBeCloseTo(0.3, 1);
  expect(share((file) => String(file['mime_type']).startsWith('video/'))).toBeCloseTo(0.1, 1);
  expect(new Set(files.map((file) => file.datetime_uploaded)).size).toBeLessThan(1000);
  expect(files.every((file) => Number(file['size']) > 0)).toBe(true);
});

test('ten million files take a few megabytes, and any of them is found at once', () => {
  const before = process.memoryUsage();
  const { page, json, emulator } = setup({ files: 10_000_000 });
  const after = process.memoryUsage();
  expect(after.arrayBuffers - before.arrayBuffers).toBeLessThan(8_000_000);
  expect(after.heapUsed - before.heapUsed).toBeLessThan(30_000_000);
  const file = emulator.projects[0]?.seededFile(7_654_321);
  expect(json(`/files/${file?.uuid}/`)).toMatchObject({ original_filename: file?.name });
  const first = page('/files/?limit=1000&ordering=-datetime_uploaded');
  expect(first.total).toBe(10_000_000);
  expect(page(targetOf(first.next ?? '')).results).toHaveLength(1000);
});

test('too many files for the time they shall be spread over are refused with a sentence', () => {
  expect(() => setup({ files: 1000, oldestAgeMs: 1, newestAgeMs: 0 })).toThrow(
    /need at least 10 µs each/,
  );
});
