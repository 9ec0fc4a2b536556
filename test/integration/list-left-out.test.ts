import { readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createAdvice } from '../../src/cli/command-advice.ts';
import { exitCodeForEnd, exitCodeForError } from '../../src/cli/exit-code.ts';
import { summaryDocument } from '../../src/cli/run-summary.ts';
import { statusText } from '../../src/cli/status-text.ts';
import { NONE_PASSED_OVER } from '../../src/core/passed-over.ts';
import { startRun } from '../../src/run/start-run.ts';
import { readRun } from '../../src/state/read-runs.ts';
import { alive, type LifeChanges, type RunBench, runBench } from '../support/run-bench.ts';

const STORE = [{ uses: 'store' }];
const WHEN = new Date('2026-11-01');
const advice = createAdvice(undefined);

/** A bench with so many files, and a list of what `rows` makes of their UUIDs. */
function listed(files: number, rows: (uuids: readonly string[]) => readonly string[]) {
  const bench = runBench();
  const project = bench.emulator.projects[0]!;
  const uuids = Array.from({ length: files }, () => project.addFile({}).uuid);
  const path = join(bench.directory, 'files.csv');
  writeFileSync(path, `${['uuid,album', ...rows(uuids)].join('\n')}\n`);
  return { bench, uuids, path };
}

/** Starts a run whose list comes on standard input, in these chunks; a chunk may throw. */
function startPiped(
  bench: RunBench,
  chunks: () => AsyncIterable<string>,
  changes: LifeChanges & { onBadRow?: string } = {},
) {
  const { onBadRow = 'fail', ...life } = changes;
  const list = { path: '-', onBadRow };
  return bench.live(life, (context) => {
    const { world } = context;
    const readInput = async function* () {
      for await (const chunk of chunks()) yield Buffer.from(chunk);
    };
    const files = { ...world.files, readInput };
    const job = bench.job({ source: { list }, steps: STORE });
    return startRun(job, { ...context, world: { ...world, files } });
  });
}

const keptIn = (bench: RunBench) =>
  readdirSync(join(bench.directory, 'runs')).filter((name) => /\.(db|input)$/.test(name));

test('a bad row is exit 2: no run, no request, and the place of each', async () => {
  const { bench, path } = listed(1500, (uuids) => [...uuids, 'cat.jpg', 'dog.jpg']);
  const job = { source: { list: { path } }, steps: STORE };
  for (const end of [bench.start(job), bench.plan(job)]) {
    const error = await end.then(
      () => null,
      (thrown: unknown) => thrown,
    );
    expect(exitCodeForError(error, null)).toBe(2);
    expect((error as Error).message).toBe(
      'files.csv:1502: not a file\'s UUID or CDN URL: "cat.jpg"\n' +
        'files.csv:1503: not a file\'s UUID or CDN URL: "dog.jpg"\n' +
        'Nothing was done. Fix these lines, or remove them. A job file can leave them out: onBadRow: skip.',
    );
  }
  expect(bench.sent).toEqual([]);
  expect(readdirSync(bench.directory)).toEqual(['files.csv']);
});

test('what is left out of a list is counted: over its pages, and over a death', async () => {
  const { bench, uuids, path } = listed(1200, (all) => [
    `${all[0]},first`,
    `${all[0]},second`,
    'cat.jpg',
    ...all.slice(1),
    'dog.jpg',
    `${all[1]},far away`,
    all[2]!,
  ]);
  const job = { source: { list: { path, columns: ['album'], onBadRow: 'skip' } }, steps: STORE };
  const leftOut = { repeated: 3, rejected: 2 };
  const plan = await bench.plan(job);
  expect(plan).toMatchObject({ selected: 1200, leftOut });
  const death = { point: 'page-committed', hit: 1 } as const;
  expect(await bench.start(job, { death })).toBeNull();
  const end = await alive(bench.resume());
  expect(end).toMatchObject({ counts: { done: 1200, total: 1200 }, leftOut });
  const world = (await bench.live({}, async (context) => context.world))!;
  const status = await readRun(bench.directory, end.run, world);
  expect(statusText(status, { advice })).toContain(
    'left out  3 repeated (the first counts), 2 bad rows',
  );
  expect(new Set(bench.items(end.run).map(({ key }) => key))).toEqual(new Set(uuids));
});

test('a listing, whose files come once, leaves nothing out', async () => {
  const bench = runBench({ files: 3 });
  const end = await alive(bench.start({ source: { files: {} }, steps: STORE }));
  expect(end.leftOut).toEqual({
    repeated: 0,
    rejected: 0,
    undecided: { count: 0, fields: {} },
    unlisted: 0,
    passedOver: NONE_PASSED_OVER,
  });
});

test('a list on standard input is whole before there is a run of it', async () => {
  const { bench, uuids } = listed(3, () => []);
  const whole = async function* () {
    yield `${uuids.join('\n').slice(0, 50)}`;
    yield uuids.join('\n').slice(50);
  };
  const death = { point: 'page-read', hit: 1 } as const;
  expect(await startPiped(bench, whole, { death })).toBeNull();
  expect(await alive(bench.resume())).toMatchObject({ counts: { done: 3, total: 3 } });
});

test('stopped in the middle of it: no run, nothing kept, exit 130', async () => {
  const { bench, uuids } = listed(3, () => []);
  const drain = new AbortController();
  const cut = async function* () {
    yield `${uuids[0]}\n${uuids[1]!.slice(0, 7)}`;
    drain.abort();
    throw new Error('Aborted');
  };
  const started = startPiped(bench, cut, { drain: drain.signal });
  await expect(started).rejects.toMatchObject({ kind: 'canceled' });
  expect(keptIn(bench)).toEqual([]);
  expect(bench.sent).toEqual([]);
  await expect(bench.resume()).rejects.toThrow(/no unfinished run/);
});

test('bad rows on standard input: exit 2, and nothing kept', async () => {
  const { bench } = listed(1, () => []);
  const bad = async function* () {
    yield 'cat.jpg\n';
  };
  await expect(startPiped(bench, bad)).rejects.toThrow(/^standard input:1: not a file's UUID/);
  expect(keptIn(bench)).toEqual([]);
  expect(await alive(startPiped(bench, bad, { onBadRow: 'skip' }))).toMatchObject({
    counts: { total: 0 },
    leftOut: { rejected: 1 },
  });
});

test('a list that was changed since: exit 2, and a resume goes on once it is back', async () => {
  const { bench, path, uuids } = listed(1500, (all) => all);
  const job = { source: { list: { path } }, steps: STORE };
  const death = { point: 'page-committed', hit: 1 } as const;
  utimesSync(path, WHEN, WHEN);
  expect(await bench.start(job, { death })).toBeNull();
  const text = readFileSync(path);
  writeFileSync(path, `uuid\n${uuids[0]}\n`);
  const end = await alive(bench.resume());
  expect(end.stop).toMatchObject({ kind: 'fatal', failure: { code: 'list_changed' } });
  expect(exitCodeForEnd(end, null)).toBe(2);
  expect(summaryDocument(end, 2, { advice, canRetry: true })['next']).toEqual([
    `ucbulk resume ${end.run}`,
  ]);
  writeFileSync(path, text);
  utimesSync(path, WHEN, WHEN);
  expect(await alive(bench.resume())).toMatchObject({ counts: { done: 1500 } });
});

test('what the job asks for and the project lacks: exit 2, and no resume is named', async () => {
  const bench = runBench();
  const ids = ['0ea6ffc2-2a8a-4e0f-9c1b-3a3b1d4f5e6a~2'];
  const end = await alive(bench.start({ source: { groups: { ids } }, steps: STORE }));
  expect(exitCodeForEnd(end, null)).toBe(2);
  expect(summaryDocument(end, 2, { advice, canRetry: true })).toMatchObject({
    stop: { message: `The project has no group ${ids[0]}.` },
    next: [],
  });
});
