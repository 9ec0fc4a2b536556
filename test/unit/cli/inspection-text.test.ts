import { expect, test } from 'vitest';
import { inspectionDocument, inspectionText } from '../../../src/cli/inspection-text.ts';
import { parseFileUuid } from '../../../src/core/file-uuid.ts';
import { FileCounter } from '../../../src/inventory/file-counts.ts';
import type { Inspection } from '../../../src/run/inspect-project.ts';

const NOW = Date.UTC(2026, 5, 1);
const DAY_MS = 86_400_000;

function inspection(
  files: readonly { days: number; size: number; tags?: string[]; stored?: boolean }[],
  parts: Partial<Inspection> = {},
): Inspection {
  const counter = new FileCounter(NOW);
  for (const { days, size, tags = [], stored = false } of files) {
    counter.add({
      uuid: parseFileUuid('5223010b-aaaa-4bbb-8ccc-000000000001'),
      filename: 'a',
      size,
      mimeType: `application/vnd.${'long-'.repeat(20)}type`,
      isImage: false,
      isReady: true,
      uploadedAt: NOW - days * DAY_MS,
      storedAt: stored ? NOW : null,
      removedAt: null,
      metadata: {},
      tags,
    });
  }
  return {
    project: 'demo',
    listedAt: NOW,
    ageMs: 0,
    file: '/state/x.inventory',
    pages: 1,
    requests: 1,
    elapsedMs: 1000,
    unlisted: 0,
    counts: counter.result(),
    ...parts,
  };
}

test('the text says what a cleanup frees', () => {
  const text = inspectionText(
    inspection([
      { days: 40, size: 41e9 },
      { days: 8, size: 1e9 },
      { days: 90, size: 1, stored: true },
    ]),
  );
  expect(text).toContain('Deleting the 1 unstored file over 30 days old frees 41 GB.');
});

test('without old unstored files, the text names the age that has some', () => {
  expect(inspectionText(inspection([{ days: 8, size: 5e6 }]))).toContain(
    'Deleting the 1 unstored file over 7 days old frees 5.0 MB.',
  );
  expect(inspectionText(inspection([{ days: 0, size: 5e6 }]))).toMatch(/of the last day.*24 hours/);
  expect(inspectionText(inspection([{ days: 90, size: 1, stored: true }]))).not.toContain('frees');
});

test('no line of a table is wider than 49 columns, and hostile names are harmless', () => {
  const tags = ['\u001b[2J', 'x'.repeat(500), ...Array.from({ length: 20 }, (_, n) => `tag${n}`)];
  const text = inspectionText(inspection([{ days: 40, size: 123e15, tags }]));
  const table = text.split('\n').filter((line) => line.startsWith('  '));
  expect(table.length).toBeGreaterThan(10);
  expect(Math.max(...table.map((line) => line.length))).toBeLessThanOrEqual(49);
  expect(text).not.toContain('\u001b');
  expect(text).toContain('14 more: --json');
});

test('an old inventory is said to be old, and missing files are a warning', () => {
  const text = inspectionText(inspection([], { requests: 0, ageMs: 3 * 3_600_000, unlisted: 12 }));
  expect(text).toContain('from the inventory of 2026-06-01T00:00:00Z, 3h old; no request');
  expect(text).toContain('12 files more than it listed');
});

test('the document has the counts and the time of the listing', () => {
  expect(inspectionDocument(inspection([{ days: 1, size: 3, tags: ['a'] }]))).toMatchObject({
    type: 'inventory',
    project: 'demo',
    listedAt: '2026-06-01T00:00:00Z',
    oldest: '2026-05-31T00:00:00Z',
    files: 1,
    bytes: 3,
    tags: { values: [{ name: 'a', files: 1, bytes: 3 }] },
  });
});
