// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are a job file's own expressions.
// Tests src/engine/tasks/step-items.ts.

import { expect, test } from 'vitest';
import { alive, type RunBench, runBench } from '../support/run-bench.ts';

const CUT = { id: 'cut', uses: 'addon/remove_bg' };
const OF_CUT = '${{ steps.cut.file }}';
const PIPELINE = [
  CUT,
  { id: 'keep', uses: 'store', with: { file: OF_CUT } },
  { id: 'tag', uses: 'tags', with: { file: OF_CUT, add: ['cutout'] } },
  { id: 'out', uses: 'copy-to-remote', with: { file: OF_CUT, target: 'backup' } },
];

/** Adds pictures and other files, all stored; gives their UUIDs. */
function withPictures(bench: RunBench, count: number, others = 0): string[] {
  const project = bench.emulator.projects[0]!;
  return Array.from({ length: count + others }, (_, place) => {
    const uploadedAt = `2026-11-01T10:00:${String(place).padStart(2, '0')}.000000Z`;
    const isImage = place < count;
    const mimeType = isImage ? 'image/png' : 'application/pdf';
    return project.addFile({ mimeType, isImage, uploadedAt, storedAt: uploadedAt }).uuid;
  });
}

test('an image flows through remove_bg, store, tags and copy, each on the new file', async () => {
  const bench = runBench({ autostore: false });
  const inline = withPictures(bench, 7);

  const end = await alive(bench.start({ source: { inline }, steps: PIPELINE }));

  expect(end.counts).toMatchObject({ done: 7, total: 7 });
  for (const effect of ['remove_bg', 'store', 'tags', 'remote_copy'] as const) {
    expect(bench.effects(effect)).toEqual({ changed: 7, twice: 0 });
  }
  const touched = [...bench.emulator.audit.entries()].filter(
    ({ operation }) => operation === 'tags',
  );
  expect(touched.some(({ uuid }) => inline.includes(uuid))).toBe(false);
});

test('an item shows the results of its earlier steps, not only that of its last one', async () => {
  const bench = runBench({ autostore: false });
  const [picture] = withPictures(bench, 1);

  const { run } = await alive(bench.start({ source: { inline: [picture] }, steps: PIPELINE }));

  const [item] = bench.items(run);
  expect(item).toMatchObject({ key: picture, step: 'out', state: 'done' });
  expect(item?.earlierSteps).toEqual({
    cut: { state: 'done', result: { file: expect.stringMatching(/^[0-9a-f-]{36}$/) } },
  });
});

test('files of the middle of a pipeline are stored together, not one by one', async () => {
  const bench = runBench({ autostore: false });
  const inline = withPictures(bench, 40);

  await alive(bench.start({ source: { inline }, steps: PIPELINE }));

  const stores = bench.mutations.filter(({ target }) => target === '/files/storage/');
  expect(stores.length).toBeLessThan(20);
});

test('a step with a condition is only for the items it holds for; the others go on', async () => {
  const bench = runBench({ autostore: false });
  withPictures(bench, 3, 3);
  const steps = [
    {
      id: 'image',
      uses: 'tags',
      if: "file.mimeType.startsWith('image/')",
      with: { add: ['image'] },
    },
    { id: 'all', uses: 'metadata', with: { set: { seen: 'yes' } } },
  ];

  const end = await alive(bench.start({ source: { files: {} }, steps }));

  expect(end.counts).toMatchObject({ done: 6, total: 6 });
  expect(bench.effects('tags').changed).toBe(3);
  expect(bench.effects('metadata_set').changed).toBe(6);
});

test.each([
  ['stop', 0],
  ['continue', 2],
] as const)('onFailure: %s', async (onFailure, copies) => {
  const bench = runBench({ autostore: false, work: { convert_document: { failedShare: 1 } } });
  const inline = withPictures(bench, 2);
  const steps = [
    { uses: 'convert/document', with: { format: 'docx' }, onFailure },
    { uses: 'copy-to-remote', with: { target: 'backup' } },
  ];

  const end = await alive(bench.start({ source: { inline }, steps }));

  expect(end.counts).toMatchObject({ failed: 2, done: 0 });
  expect(bench.effects('remote_copy').changed).toBe(copies);
});

test('an item that failed and went on tells why it failed, whatever came after', async () => {
  const bench = runBench({ autostore: false, work: { convert_document: { failedShare: 1 } } });
  const [fine, missing] = [withPictures(bench, 1)[0]!, '00000000-0000-4000-8000-000000000009'];
  const steps = [
    { id: 'doc', uses: 'convert/document', with: { format: 'docx' }, onFailure: 'continue' },
    { id: 'save', uses: 'store' },
  ];

  const end = await alive(bench.start({ source: { inline: [fine, missing] }, steps }));

  const items = bench.items(end.run, 'failed');
  expect(items).toMatchObject([
    { key: fine, step: 'save', reason: expect.any(String) },
    { key: missing, step: 'save', reason: expect.any(String) },
  ]);
  for (const { reason, message } of items) {
    expect(reason).not.toBe('expired'); // why the second step skipped the one that is not there
    expect(message).toMatch(/^failed at step doc, and continued: ./);
  }
  expect(end.reasons.every(({ state }) => state === 'failed')).toBe(true);
  expect(end.reasons.reduce((sum, { count }) => sum + count, 0)).toBe(2);
});

test('killed anywhere, no image is put through the add-on twice, and all others finish', async () => {
  const bench = runBench({ autostore: false });
  const inline = withPictures(bench, 12);
  const points = ['intent-committed', 'response-received', 'outcome-committed', 'claimed'] as const;
  let end = await bench.start(
    { source: { inline }, steps: PIPELINE },
    { death: { point: 'response-received', hit: 3 } },
  );
  for (let life = 0; end === null && life < 30; life += 1) {
    const death = { point: points[life % points.length]!, hit: 2 + (life % 5) };
    end = await bench.resume(life < 12 ? { death } : {});
  }
  expect(end).not.toBeNull();
  const doubtful = end?.counts['in-doubt'] ?? 0;
  expect((end?.counts.done ?? 0) + doubtful).toBe(12);
  expect(bench.effects('remove_bg').twice).toBe(0);
  for (const effect of ['store', 'remote_copy'] as const) {
    expect(bench.effects(effect)).toEqual({ changed: 12 - doubtful, twice: 0 });
  }
});
