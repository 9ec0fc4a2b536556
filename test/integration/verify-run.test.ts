import { expect, test } from 'vitest';
import type { RunId } from '../../src/core/run.ts';
import { verifyRun } from '../../src/run/verify-run.ts';
import { alive, type RunBench, runBench } from '../support/run-bench.ts';
import { verifyBenchRun } from '../support/verify-bench-run.ts';

const FILES = { files: { pageSize: 10 } };

function lists(bench: RunBench): number {
  return bench.sent.filter(({ target }) => target.startsWith('/files/?')).length;
}

test.each(['store', 'delete'])('%s: every effect is found with one listing', async (uses) => {
  const bench = runBench({ files: 2500, storedShare: 0 });
  const job = { source: { files: { stored: false } }, steps: [{ uses }] };
  expect(await alive(bench.start(job))).toMatchObject({ counts: { done: 2500 } });
  const [before, all] = [lists(bench), bench.sent.length];
  const { result, differences } = await verifyBenchRun(bench);
  expect(differences).toEqual([]);
  expect(result).toMatchObject({ verified: 2500, different: 0, notVerified: 0 });
  expect(result.deleted).toBe(uses === 'delete' ? 2500 : 0);
  const pages = uses === 'delete' ? 1 : 3;
  expect(result).toMatchObject({ pages, requests: pages });
  expect(lists(bench) - before).toBe(pages);
  expect(bench.sent.length - all).toBe(pages);
});

test('files that the answers called done, but that are not, are named', async () => {
  const bench = runBench({ files: 30, storedShare: 0 });
  const { seededFile } = bench.emulator.projects[0]!;
  const job = { source: FILES, steps: [{ uses: 'store' }] };
  await alive(bench.start(job));
  const [gone, unstored] = [seededFile(4).uuid, seededFile(17).uuid];
  bench.removeElsewhere(gone);
  bench.changeFile = (file) => {
    if (file['uuid'] === unstored) file['datetime_stored'] = null;
  };
  const { result, differences } = await verifyBenchRun(bench);
  expect(result).toMatchObject({ verified: 28, different: 2, counts: { done: 30 } });
  expect([...differences].sort((one, other) => (one.item < other.item ? -1 : 1))).toEqual(
    [
      { item: gone, file: gone, differences: ['the file does not exist'] },
      { item: unstored, file: unstored, differences: ['the file is not stored'] },
    ]
      .sort((one, other) => (one.item < other.item ? -1 : 1))
      .map((one) => ({ ...one, step: '1-store', operation: 'store' })),
  );
});

test('a deleted file that still exists is named', async () => {
  const bench = runBench({ files: 8, storedShare: 0 });
  const uuid = bench.emulator.projects[0]!.seededFile(2).uuid;
  await alive(bench.start({ source: FILES, steps: [{ uses: 'delete' }] }));
  bench.storeElsewhere(uuid); // this restores a removed file
  const { result, differences } = await verifyBenchRun(bench);
  expect(result).toMatchObject({ verified: 7, different: 1, deleted: 8 });
  expect(differences).toMatchObject([{ item: uuid, differences: ['the file still exists'] }]);
});

test('a difference that only the listing shows is read once more', async () => {
  const bench = runBench({ files: 5, storedShare: 0 });
  await alive(bench.start({ source: FILES, steps: [{ uses: 'store' }] }));
  let isListing = true;
  bench.answer = ({ target }) => {
    isListing = target.startsWith('/files/?');
    return null;
  };
  bench.changeFile = (file) => {
    if (isListing) file['datetime_stored'] = null;
  };
  const { result } = await verifyBenchRun(bench);
  expect(result).toMatchObject({ verified: 5, different: 0, requests: 6 });
});

test('metadata and tags are compared, also values that were calculated for each item', async () => {
  const bench = runBench({ files: 12, storedShare: 1 });
  const job = {
    source: FILES,
    steps: [
      {
        id: 'mark',
        uses: 'metadata',
        with: { set: { owner: 'ann' }, setFrom: { name: 'file.filename + "!"' }, remove: ['old'] },
      },
      { id: 'tag', uses: 'tags', with: { add: ['seen'] } },
    ],
  };
  expect(await alive(bench.start(job))).toMatchObject({ counts: { done: 12 } });
  expect((await verifyBenchRun(bench)).result).toMatchObject({ verified: 12, different: 0 });
  bench.changeFile = (file) => {
    file['metadata'] = { owner: 'ben', name: 'x', old: '1' };
    file['tags'] = [];
  };
  const { result, differences } = await verifyBenchRun(bench);
  expect(result).toMatchObject({ verified: 0, different: 12 });
  expect(differences.slice(0, 2).flatMap((one) => one.differences)).toEqual([
    'the metadata key owner has another value',
    'the metadata key name has another value',
    'the file still has the metadata key old',
    'the tag seen is missing',
  ]);
});

test('an effect that no listing shows is counted with its reason', async () => {
  const bench = runBench({ files: 6, storedShare: 1 });
  const job = {
    source: FILES,
    steps: [
      { id: 'copy', uses: 'copy-to-remote', with: { target: 'backup' } },
      { id: 'read', uses: 'info' },
      { id: 'store', uses: 'store' },
      { id: 'remove', uses: 'delete' },
    ],
  };
  expect(await alive(bench.start(job))).toMatchObject({ counts: { done: 6 } });
  const { result } = await verifyBenchRun(bench);
  expect(result).toMatchObject({ verified: 0, different: 0, notVerified: 6, deleted: 6 });
  expect(result.steps).toMatchObject([
    {
      done: 6,
      verified: 0,
      notVerified: [{ reason: expect.stringContaining('bucket'), items: 6 }],
    },
    { done: 6, verified: 0, notVerified: [] },
    { done: 6, verified: 0, replaced: 6 },
    { done: 6, verified: 6, deleted: 6 },
  ]);
});

test('made files must exist and be stored as the job asked; unstored ones may have expired', async () => {
  const bench = runBench({ files: 4, storedShare: 1 });
  const { seededFile } = bench.emulator.projects[0]!;
  const steps = [
    { id: 'kept', uses: 'copy-local' },
    { id: 'short', uses: 'copy-local', with: { store: false } },
  ];
  const uuids = [0, 1, 2, 3].map((place) => seededFile(place).uuid);
  const end = await alive(bench.start({ source: { inline: uuids }, steps }));
  expect(end.counts.done).toBe(4);
  expect((await verifyBenchRun(bench)).result).toMatchObject({ verified: 4, different: 0 });
  const [first] = bench.items('run-1' as RunId);
  bench.removeElsewhere(String(first?.result?.['file']));
  const { result } = await verifyBenchRun(bench);
  expect(result).toMatchObject({ verified: 3, different: 0, notVerified: 1 });
  expect(result.steps[1]?.notVerified).toEqual([
    { reason: expect.stringContaining('24 hours'), items: 1 },
  ]);
  const { kept } = (first?.earlierSteps ?? {}) as { kept: { result: { file: string } } };
  bench.removeElsewhere(kept.result.file);
  expect((await verifyBenchRun(bench)).differences).toMatchObject([
    { file: kept.result.file, step: 'kept' },
  ]);
});

test('the run of other keys, and a run on which a process works, are refused', async () => {
  const bench = runBench({ files: 5, storedShare: 0 });
  const check = (context: Parameters<typeof verifyRun>[1]) =>
    verifyRun('run-1' as RunId, context, {
      onDifference: () => undefined,
      onObjectDifference: () => undefined,
      buckets: true,
    });
  let whileWorking: unknown = null;
  await alive(
    bench.start(
      { source: FILES, steps: [{ uses: 'delete' }] },
      {
        confirm: async () => {
          whileWorking = await bench.live({}, check).catch((error: unknown) => error);
          return true;
        },
      },
    ),
  );
  expect(String(whileWorking)).toContain('Another process works on run run-1');
  const connection = {
    publicKey: 'other',
    secretKey: 'x',
    restOrigin: 'https://service.test',
    auth: 'signed',
  } as const;
  await expect(bench.live({ connection }, check)).rejects.toThrow('belongs to project');
});
