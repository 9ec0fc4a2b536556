import { expect, test } from 'vitest';
import type { FileFacts } from '../../../src/core/file-facts.ts';
import { parseFileUuid } from '../../../src/core/file-uuid.ts';
import { FileCounter } from '../../../src/inventory/file-counts.ts';

const DAY_MS = 86_400_000;
const NOW = Date.UTC(2026, 5, 1);

function file(parts: Partial<FileFacts>): FileFacts {
  return {
    uuid: parseFileUuid('5223010b-aaaa-4bbb-8ccc-000000000001'),
    filename: 'a.jpg',
    size: 100,
    mimeType: 'image/jpeg',
    isImage: true,
    isReady: true,
    uploadedAt: NOW - DAY_MS,
    storedAt: null,
    removedAt: null,
    metadata: {},
    tags: [],
    ...parts,
  };
}

function count(files: readonly Partial<FileFacts>[]) {
  const counter = new FileCounter(NOW);
  for (const parts of files) counter.add(file(parts));
  return counter.result();
}

test.each([
  [0, 0],
  [DAY_MS - 1, 0],
  [DAY_MS, 1],
  [7 * DAY_MS, 7],
  [30 * DAY_MS - 1, 7],
  [30 * DAY_MS, 30],
  [365 * DAY_MS, 365],
  [5000 * DAY_MS, 730],
  [-1000, 0],
])('a file of the age %d ms counts from day %d', (age, fromDays) => {
  const { ages } = count([{ uploadedAt: NOW - age }]);
  expect(ages.filter(({ files }) => files > 0)).toMatchObject([
    { fromDays, files: 1, bytes: 100, unstored: { files: 1, bytes: 100 } },
  ]);
});

test.each([
  [0, 0],
  [99_999, 0],
  [100_000, 100e3],
  [1e9, 1e9],
])('a file of %d bytes counts from %d bytes', (size, from) => {
  const { sizes } = count([{ size }]);
  expect(sizes.filter(({ files }) => files > 0)).toMatchObject([{ from, files: 1, bytes: size }]);
});

test('stored and unstored files add up, and ages tell them apart', () => {
  const counts = count([{ storedAt: NOW, size: 5 }, { size: 7 }, { size: 8 }]);
  expect(counts).toMatchObject({
    files: 3,
    bytes: 20,
    stored: { files: 1, bytes: 5 },
    unstored: { files: 2, bytes: 15 },
  });
  expect(counts.ages[1]).toMatchObject({ files: 3, unstored: { files: 2, bytes: 15 } });
});

test('a file counts at each of its tags and keys, and once if it has none or an unknown one', () => {
  const { tags, metadataKeys, types } = count([
    { tags: ['a', 'b'], metadata: { k: '1', l: '2' } },
    { tags: ['a'], mimeType: null },
    { tags: null, metadata: null },
  ]);
  expect(tags).toMatchObject({
    values: [
      { name: 'a', files: 2 },
      { name: 'b', files: 1 },
    ],
    none: { files: 0 },
    unknown: { files: 1 },
  });
  expect(metadataKeys).toMatchObject({ none: { files: 1 }, unknown: { files: 1 } });
  expect(types).toMatchObject({ values: [{ files: 2 }], unknown: { files: 1 } });
});

test('names of properties of objects are ordinary values', () => {
  const { tags } = count([{ tags: ['__proto__', 'constructor'] }]);
  expect(tags.values.map(({ name }) => name).sort()).toEqual(['__proto__', 'constructor']);
});

test('memory stays constant: values after the first 10,000 count as others', () => {
  const counter = new FileCounter(NOW);
  for (let index = 0; index < 10_050; index += 1) counter.add(file({ tags: [`t${index}`, 'x'] }));
  const { tags } = counter.result();
  expect(tags.values).toHaveLength(10_000);
  expect(tags.others.files).toBe(51);
  expect(tags.values[0]).toMatchObject({ name: 'x', files: 10_050 });
});
