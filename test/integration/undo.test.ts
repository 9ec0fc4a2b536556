// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are a job file's own expressions.
// Tests the source `made`, from which `ucbulk undo` deletes.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { JsonObject } from '../../src/core/json.ts';
import { reviewUndo } from '../../src/run/review-undo.ts';
import { listRuns } from '../../src/state/read-runs.ts';
import { createSystemWorld } from '../../src/world/system-world.ts';
import { alive, type RunBench, runBench } from '../support/run-bench.ts';

const PROJECTS = {
  new: { publicKey: 'demopublickey1', secretKey: '${{ env.NEW_SECRET_KEY }}' },
};
const ENV = { NEW_SECRET_KEY: 'demosecretkey1' };
const undoOf = (run: string, made: object = {}) => ({
  name: `undo ${run}`,
  source: { made: { run, ...made } },
  steps: [{ uses: 'delete' }],
});

function urlList(bench: RunBench, from: number, to: number): string {
  const urls = Array.from(
    { length: to - from },
    (_, place) => `https://a.test/${from + place}.jpg`,
  );
  for (const url of urls) bench.emulator.addUrl(url, { size: 900, mimeType: 'image/jpeg' });
  const path = join(bench.directory, `${from}-${to}.txt`);
  writeFileSync(path, urls.join('\n'));
  return path;
}

const importing = (path: string, step: object = {}) => ({
  source: { urls: { path } },
  steps: [{ id: 'import', uses: 'import-url', ...step }],
});

/** The files that items of a run name as their results. */
function filesOf(bench: RunBench, run: string): string[] {
  return bench.items(run as never).flatMap(({ result }) => {
    const file = result?.['file'];
    return typeof file === 'string' ? [file] : [];
  });
}

function existing(bench: RunBench, files: readonly string[], project = 0): string[] {
  return files.filter((file) => {
    const found = bench.emulator.projects[project]!.file(file);
    return found !== undefined && found.removedAt === null;
  });
}

test('exactly the copies are deleted, and their originals stay', async () => {
  const bench = runBench({ files: 230, storedShare: 1 });
  const job = { source: { files: {} }, steps: [{ uses: 'copy-local' }] };
  const { run } = await alive(bench.start(job));
  const copies = filesOf(bench, run);
  const originals = bench.items(run).map(({ key }) => key);
  expect(existing(bench, copies)).toHaveLength(230);

  const end = await alive(bench.start(undoOf(run)));

  expect(end.counts).toMatchObject({ done: 230, total: 230 });
  expect(existing(bench, copies)).toEqual([]);
  expect(existing(bench, originals)).toEqual(originals);
  expect(bench.effects('delete')).toEqual({ changed: 230, twice: 0 });
  // A second undo finds nothing left to delete.
  await alive(bench.start(undoOf(run)));
  expect(bench.effects('delete')).toEqual({ changed: 230, twice: 0 });
});

test('a file that an earlier run made, and that the run skipped, stays', async () => {
  const bench = runBench();
  const first = await alive(bench.start(importing(urlList(bench, 0, 5), { skipIfDone: true })));
  const second = await alive(bench.start(importing(urlList(bench, 0, 8), { skipIfDone: true })));
  expect(second.counts).toMatchObject({ done: 3, skipped: 5 });

  const end = await alive(bench.start(undoOf(second.run)));

  expect(end.counts).toMatchObject({ done: 3, total: 3 });
  expect(existing(bench, filesOf(bench, first.run))).toHaveLength(5);
});

test('a file that a later run made from the same source stays', async () => {
  const bench = runBench();
  const path = urlList(bench, 0, 6);
  const first = await alive(bench.start(importing(path)));
  const later = await alive(bench.start(importing(path)));
  await alive(bench.start(undoOf(first.run)));
  expect(existing(bench, filesOf(bench, first.run))).toEqual([]);
  expect(existing(bench, filesOf(bench, later.run))).toHaveLength(6);
});

test('a file that the service may have returned from an earlier import stays', async () => {
  const bench = runBench();
  const path = urlList(bench, 0, 3);
  const first = await alive(bench.start(importing(path)));
  const reusing = importing(path, { with: { checkDuplicates: true } });
  const second = await alive(bench.start(reusing));
  expect(filesOf(bench, second.run).sort()).toEqual(filesOf(bench, first.run).sort());

  const end = await alive(bench.start(undoOf(second.run)));

  expect(end.counts.total).toBe(0);
  expect(existing(bench, filesOf(bench, first.run))).toHaveLength(3);
  expect(reviewUndo(bench.directory, second.run, undefined)).toMatchObject({
    made: [],
    doubtful: { reuse: 3 },
  });
});

test('a file that failed the check of its content was made by the run, so it is deleted', async () => {
  const bench = runBench();
  const path = urlList(bench, 0, 2);
  const { run } = await alive(bench.start(importing(path, { with: { expect: 'video/*' } })));
  const made = bench
    .items(run)
    .map(({ result }) => String((result?.['made'] as JsonObject | undefined)?.['file']));
  expect(existing(bench, made)).toHaveLength(2);
  const end = await alive(bench.start(undoOf(run)));
  expect(end.counts.done).toBe(2);
  expect(existing(bench, made)).toEqual([]);
});

test('only the files of one step are deleted, if one is named', async () => {
  const bench = runBench({ files: 3, storedShare: 1 });
  const steps = [
    { id: 'first', uses: 'copy-local' },
    { id: 'second', uses: 'copy-local', with: { store: false } },
  ];
  const { run } = await alive(bench.start({ source: { files: {} }, steps }));
  const end = await alive(bench.start(undoOf(run, { step: 'second' })));
  expect(end.counts.done).toBe(3);
  expect(existing(bench, filesOf(bench, run))).toEqual([]);
  expect(bench.effects('delete').changed).toBe(3);
  await alive(bench.start(undoOf(run)));
  expect(bench.effects('delete')).toEqual({ changed: 6, twice: 0 });
});

test('files are deleted only in the project in which the run made them', async () => {
  const bench = runBench({ projects: [{ files: 4 }, { files: 0 }] });
  const job = {
    projects: PROJECTS,
    source: { files: {} },
    steps: [{ uses: 'import-url', project: 'new' }],
  };
  const { run } = await alive(bench.start(job, { env: ENV }));
  const copies = filesOf(bench, run);
  expect(existing(bench, copies, 1)).toHaveLength(4);
  expect(reviewUndo(bench.directory, run, undefined)?.made).toEqual([
    { step: '1-import-url', project: 'new', files: 4 },
  ]);

  const here = await alive(bench.start(undoOf(run)));
  expect(here.stop).toMatchObject({
    failure: { message: expect.stringContaining('made its files in project demopublickey1') },
  });
  const there = {
    name: `undo ${run}`,
    projects: PROJECTS,
    source: { project: 'new', made: { run } },
    steps: [{ uses: 'delete', project: 'new' }],
  };
  const end = await alive(bench.start(there, { env: ENV }));
  expect(end.counts).toMatchObject({ done: 4, total: 4 });
  expect(existing(bench, copies, 1)).toEqual([]);
  const originals = bench.items(run).map(({ key }) => key);
  expect(existing(bench, originals)).toEqual(originals);
});

test('a run that can be resumed is not undone', async () => {
  const bench = runBench({ files: 3, storedShare: 1 });
  const job = { source: { files: {} }, steps: [{ uses: 'copy-local' }] };
  await bench.start(job, { death: { point: 'outcome-committed', hit: 1 } });
  const [unfinished] = await listRuns(bench.directory, createSystemWorld());
  const { run = '' } = unfinished ?? {};
  const end = await alive(bench.start(undoOf(run)));
  expect(end.stop).toMatchObject({
    failure: { message: expect.stringContaining(`Run ${run} is unfinished`) },
  });
  expect(bench.effects('delete').changed).toBe(0);
  expect(reviewUndo(bench.directory, run as never, undefined)).toBeNull();
});

test('a run that makes no files has nothing to undo', async () => {
  const bench = runBench({ files: 2, storedShare: 0 });
  const { run } = await alive(bench.start({ source: { files: {} }, steps: [{ uses: 'store' }] }));
  const end = await alive(bench.start(undoOf(run)));
  expect(end.stop).toMatchObject({
    failure: { message: expect.stringContaining(`Run ${run} makes no files.`) },
  });
});

test('somebody is asked before the deletes, and an answer of no deletes nothing', async () => {
  const bench = runBench({ files: 3, storedShare: 1 });
  const job = { source: { files: {} }, steps: [{ uses: 'copy-local' }] };
  const { run } = await alive(bench.start(job));
  const asked: unknown[] = [];
  const confirm = async (question: { items: number }) => {
    asked.push(question.items);
    return 'no' as const;
  };
  const end = await alive(bench.start(undoOf(run), { confirm }));
  expect(asked).toEqual([3]);
  expect(end.state).toBe('declined');
  expect(bench.effects('delete').changed).toBe(0);
});

test.each([
  ['page-committed', 1],
  ['intent-committed', 2],
  ['after-write', 2],
  ['outcome-committed', 1],
] as const)(
  'an undo that is killed at %s %i resumes, and deletes each file once',
  async (point, hit) => {
    const bench = runBench({ files: 320, storedShare: 1 });
    const job = { source: { files: {} }, steps: [{ uses: 'copy-local' }] };
    const { run } = await alive(bench.start(job));
    expect(await bench.start(undoOf(run), { death: { point, hit } })).toBeNull();
    const end = await alive(bench.resume());
    expect(end.counts).toMatchObject({ done: 320, total: 320 });
    expect(bench.effects('delete')).toEqual({ changed: 320, twice: 0 });
    expect(
      existing(
        bench,
        bench.items(run).map(({ key }) => key),
      ),
    ).toHaveLength(320);
  },
);
