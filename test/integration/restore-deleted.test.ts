// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are a job file's own expressions.
// Tests src/sources/deleted-source.ts, src/run/deleted-with-backup.ts and src/run/review-restore.ts.

import { beforeAll, describe, expect, test } from 'vitest';
import type { RunId } from '../../src/core/run.ts';
import { UserError } from '../../src/core/user-error.ts';
import { CRASH_POINTS } from '../../src/core/world.ts';
import { moves, noMoveCounts } from '../../src/report/moves.ts';
import { loadBucketCode } from '../../src/run/open-buckets.ts';
import { reviewRestore } from '../../src/run/review-restore.ts';
import { readReportedRun } from '../../src/state/read-reported-run.ts';
import { listRuns } from '../../src/state/read-runs.ts';
import { createSystemWorld } from '../../src/world/system-world.ts';
import { alive, type RunBench, runBench } from '../support/run-bench.ts';

const env = {
  AWS_ACCESS_KEY_ID: 'EMULATORACCESSKEYID0',
  AWS_SECRET_ACCESS_KEY: 'emulator-secret-access-key',
};
const PLACE = { url: 's3://attic/old/', endpoint: 'https://upload.uploadcare.com/s3' };
const BACKUP = { ...PLACE, cdn: 'https://service.test' };
const deleting = (backup: object = BACKUP, job: object = {}) => ({
  source: { files: {} },
  steps: [{ uses: 'delete', with: { backup } }],
  ...job,
});
const restoring = (run: string, uses = 'import-url', source: object = {}) => ({
  name: `restore ${run}`,
  source: { deleted: { run, ...PLACE, ...source } },
  steps: [{ uses }],
});
const NAMES = ['a b.txt', 'Größe "1".txt', '€.bin', 'same.jpg', 'same.jpg'];
const METADATA = { Author: 'Zoë', 'shop:id': '7', ucbulk_intent: 'of-an-earlier-import' };

// Simulated time does not wait for the disk.
beforeAll(loadBucketCode);

function bench(names = NAMES): RunBench {
  const stage = runBench({ buckets: { attic: {} } });
  for (const [place, name] of names.entries()) {
    stage.emulator.projects[0]!.addFile({
      name,
      size: 3000 + place,
      metadata: METADATA,
      tags: ['old', `tag${place}`],
    });
  }
  return stage;
}

interface Saved {
  readonly uuid: string;
  readonly original_filename: string;
  readonly size: number;
  readonly mime_type: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly tags: readonly string[];
  readonly datetime_removed: string | null;
}

/** The files that the project has, by their UUIDs. */
function filesOf({ emulator }: RunBench): Map<string, object> {
  const { files } = emulator.save().projects[0] as unknown as { files: Saved[] };
  return new Map(
    files
      .filter(({ datetime_removed: removed }) => removed === null)
      .map(({ uuid, original_filename: name, size, mime_type: type, metadata, tags }) => {
        const { ucbulk_intent: _, ...own } = metadata;
        return [uuid, { name, size, type, metadata: own, tags }];
      }),
  );
}

/** Deletes all files with a backup. Returns the run, and the files as they were. */
async function deleteAll(stage: RunBench, job: object = deleting()) {
  const before = filesOf(stage);
  const { run } = await alive(stage.start(job, { env }));
  expect(filesOf(stage).size).toBe(0);
  return { run, before };
}

/** The old and the new file of each item of a run, as the map has them. */
async function mapOf(stage: RunBench, run: string): Promise<Map<string, string>> {
  const read = await readReportedRun(stage.directory, run as RunId, createSystemWorld());
  const all = [...moves(read, { oldHosts: [], newHost: null }, noMoveCounts())];
  return new Map(
    all.map(({ from, file, isSettled }) => {
      expect(isSettled).toBe(true);
      return [from.kind === 'file' ? from.uuid : from.kind, file ?? ''];
    }),
  );
}

/** Each old file is now under another UUID, with the same facts and the bytes of its backup. */
function expectRestored(
  stage: RunBench,
  before: ReadonlyMap<string, object>,
  map: ReadonlyMap<string, string>,
): void {
  const { emulator } = stage;
  const now = filesOf(stage);
  expect([...map.keys()].sort()).toEqual([...before.keys()].sort());
  expect([...map.values()].sort()).toEqual([...now.keys()].sort());
  for (const { key } of emulator.buckets.list('attic')) {
    const old = [...before.keys()].find((uuid) => key.includes(uuid)) ?? '';
    const file = map.get(old) ?? '';
    expect(now.get(file)).toEqual(before.get(old));
    const { bytes } = emulator.projects[0]!.original(file)!;
    const backup = Buffer.from(emulator.buckets.find('attic', key)!.bytes());
    expect(bytes?.equals(backup)).toBe(true);
  }
}

describe.each(['import-url', 'upload'])('restore with %s', (uses) => {
  test('gives all files back: bytes, names, types, metadata and tags, and the map', async () => {
    const stage = bench();
    const { run, before } = await deleteAll(stage);
    const end = await alive(stage.start(restoring(run, uses), { env }));
    expect(end.counts).toMatchObject({ done: NAMES.length, total: NAMES.length });
    expectRestored(stage, before, await mapOf(stage, end.run));
  });

  test('a second restore makes no file, and its map is the same', async () => {
    const stage = bench();
    const { run, before } = await deleteAll(stage);
    const first = await alive(stage.start(restoring(run, uses), { env }));
    const requests = stage.emulator.buckets.requestCounts();
    const again = await alive(stage.start(restoring(run, uses), { env }));
    expect(again.counts).toMatchObject({ done: 0, skipped: NAMES.length });
    expect(filesOf(stage).size).toBe(before.size);
    expect(stage.emulator.buckets.requestCounts()).toEqual(requests);
    expect(await mapOf(stage, again.run)).toEqual(await mapOf(stage, first.run));
  });

  test('after an undo of the restore, a second restore makes the files again', async () => {
    const stage = bench();
    const { run, before } = await deleteAll(stage);
    const first = await alive(stage.start(restoring(run, uses), { env }));
    const undo = { source: { made: { run: first.run } }, steps: [{ uses: 'delete' }] };
    await alive(stage.start(undo, { env }));
    expect(filesOf(stage).size).toBe(0);
    const again = await alive(stage.start(restoring(run, uses), { env }));
    expect(again.counts).toMatchObject({ done: NAMES.length, total: NAMES.length });
    expectRestored(stage, before, await mapOf(stage, again.run));
  });

  test('killed at any point and resumed, it makes each file once', async () => {
    for (const point of CRASH_POINTS) {
      for (const hit of [1, 2, 4]) {
        const stage = bench(NAMES.slice(0, 2));
        const { run, before } = await deleteAll(stage);
        const job = restoring(run, uses);
        const first = await stage.start(job, { env, death: { point, hit } });
        if (first === null) {
          const end = await alive(resumeOrStart(stage, job));
          expect({ point, hit, ...end.counts }).toMatchObject({ point, hit, failed: 0, total: 2 });
          expectRestored(stage, before, await mapOf(stage, end.run));
        }
        stage.close();
      }
    }
  });
});

/** Resumes the run, or starts one if the process died before there was a run. */
function resumeOrStart(stage: RunBench, job: object) {
  return stage.resume({ env }).catch((error: unknown) => {
    if (error instanceof UserError && error.kind === 'not-found') return stage.start(job, { env });
    throw error;
  });
}

test('without evidence, name and metadata come from the object', async () => {
  const stage = bench();
  const { run, before } = await deleteAll(stage, deleting(BACKUP, { evidence: false }));
  await alive(stage.start(restoring(run), { env }));
  const names = (files: ReadonlyMap<string, object>) =>
    [...files.values()].map((file) => 'name' in file && file.name).sort();
  const now = filesOf(stage);
  expect(names(now)).toEqual(names(before));
  for (const file of now.values()) {
    expect(file).toMatchObject({ metadata: { author: 'Zoë', shop_id: '7' } });
    expect(file).toHaveProperty('tags', undefined);
  }
});

test('the name does not depend on the key of the object', async () => {
  const stage = bench();
  const backup = { ...BACKUP, pattern: '${uuid}' };
  const { run, before } = await deleteAll(stage, deleting(backup));
  const end = await alive(stage.start(restoring(run), { env }));
  expectRestored(stage, before, await mapOf(stage, end.run));
});

test('a file that the run did not delete is not imported', async () => {
  const stage = bench();
  stage.answer = ({ method, target }) =>
    method === 'PUT' && target.includes('same.jpg')
      ? { status: 400, headers: {}, body: '<Error><Code>No</Code><Message>x</Message></Error>' }
      : null;
  const { run, counts } = await alive(stage.start(deleting(), { env }));
  expect(counts).toMatchObject({ done: 3, failed: 2 });
  expect(filesOf(stage).size).toBe(2);
  expect(reviewRestore(stage.directory, run, undefined)).toMatchObject({
    steps: [{ id: '2-delete', files: 3 }],
    without: 0,
    targets: [],
  });
  const end = await alive(stage.start(restoring(run), { env }));
  expect(end.counts).toMatchObject({ done: 3, total: 3 });
  expect(filesOf(stage).size).toBe(5);
});

test('a file with all metadata keys comes back, without the tag of an earlier import', async () => {
  const stage = runBench({ buckets: { attic: {} } });
  const own = Array.from({ length: 49 }, (_, key) => [`k${key}`, 'v']);
  const metadata = { ...Object.fromEntries(own), ucbulk_intent: 'of-an-earlier-import' };
  stage.emulator.projects[0]!.addFile({ name: 'a.txt', size: 100, metadata });
  const { run, before } = await deleteAll(stage);
  const end = await alive(stage.start(restoring(run), { env }));
  expectRestored(stage, before, await mapOf(stage, end.run));
});

test('a backup that somebody harmed fails alone', async () => {
  const stage = bench();
  const { run } = await deleteAll(stage);
  const [lost, changed] = [...stage.emulator.buckets.list('attic')];
  stage.emulator.buckets.remove('attic', lost!.key);
  stage.emulator.buckets.put('attic', changed!.key, 'x'.repeat(changed!.size));
  const end = await alive(stage.start(restoring(run), { env }));
  expect(end.counts).toMatchObject({ done: 3, failed: 2 });
  const reasons = stage.items(end.run, 'failed').map(({ reason }) => reason);
  expect(reasons.sort()).toEqual(['changed', 'gone']);
});

test('only files of one step, and only those whose backup is in the bucket', async () => {
  const stage = bench();
  const steps = [
    { id: 'copies', uses: 'copy-local' },
    { id: 'first', uses: 'delete', with: { file: '${{ steps.copies.file }}', backup: BACKUP } },
    { id: 'second', uses: 'delete', with: { backup: BACKUP } },
  ];
  const { run, before } = await deleteAll(stage, deleting(BACKUP, { steps }));
  const second = await alive(stage.start(restoring(run, 'upload', { step: 'second' }), { env }));
  expect(
    stage
      .items(second.run)
      .map(({ key }) => key)
      .sort(),
  ).toEqual([...before.keys()].sort());
  const both = await alive(stage.start(restoring(run, 'import-url'), { env }));
  // The files of the second step are restored already.
  expect(both.counts).toMatchObject({ done: NAMES.length, skipped: NAMES.length });
  const elsewhere = restoring(run, 'import-url', { url: 's3://other-attic/' });
  expect((await alive(stage.start(elsewhere, { env }))).counts.total).toBe(0);
});

test.each([
  [deleting({ target: 'backup' }), {}, 'keeps no backup in a bucket. None of its steps'],
  [{ ...deleting(), steps: [{ uses: 'store' }] }, {}, 'keeps no backup in a bucket'],
  [deleting(), { step: 'nope' }, 'Step nope of run'],
])('a run without a backup in a bucket is refused: %j %j', async (job, source, words) => {
  const stage = bench();
  const { run } = await alive(stage.start(job, { env }));
  const end = await alive(stage.start(restoring(run, 'import-url', source), { env }));
  expect(end.stop).toMatchObject({ failure: { message: expect.stringContaining(words) } });
});

test('a run that can be resumed is not restored', async () => {
  const stage = bench();
  await stage.start(deleting(), { env, death: { point: 'outcome-committed', hit: 1 } });
  const [first] = await listRuns(stage.directory, createSystemWorld());
  const { run } = first!;
  const end = await alive(stage.start(restoring(run), { env }));
  expect(end.stop).toMatchObject({
    failure: { message: expect.stringContaining(`Run ${run} is unfinished`) },
  });
  expect(reviewRestore(stage.directory, run, undefined)).toBeNull();
});

test('files of a storage of the project are counted as without a backup', async () => {
  const stage = bench();
  const { run } = await deleteAll(stage, deleting({ target: 'backup' }));
  expect(reviewRestore(stage.directory, run, undefined)).toMatchObject({
    steps: [],
    targets: ['backup'],
    without: NAMES.length,
  });
});
