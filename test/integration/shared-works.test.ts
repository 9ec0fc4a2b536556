import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { exitCodeForEnd } from '../../src/cli/exit-code.ts';
import type { CrashPoint } from '../../src/core/world.ts';
import type { Effect } from '../../src/emulator/emulator.ts';
import { openDatabase } from '../../src/ledger/open-database.ts';
import { takeLock } from '../../src/ledger/process-lock.ts';
import type { RunEnd } from '../../src/run/run-request.ts';
import { statePaths } from '../../src/state/state-paths.ts';
import {
  alive,
  answerWith,
  type LifeChanges,
  type RunBench,
  runBench,
} from '../support/run-bench.ts';
import { untilSettled } from '../support/virtual-clock.ts';

const CUT = { id: 'cut', uses: 'addon/remove_bg' };
const PDF = { uses: 'convert/document', with: { format: 'pdf' } };

function pictures({ emulator }: RunBench, count: number): string[] {
  const uploadedAt = '2026-11-01T10:00:00.000000Z';
  return Array.from({ length: count }, () => {
    const file = { mimeType: 'image/png', isImage: true, uploadedAt, storedAt: uploadedAt };
    return emulator.projects[0]!.addFile(file).uuid;
  });
}

function shared(inline: readonly string[], steps: readonly object[] = [CUT]): object {
  return { source: { inline }, steps, concurrency: { onConflict: 'share' } };
}

/** Lets time pass, also while no run is there to wait for. */
function pass({ clock }: RunBench, ms: number): Promise<void> {
  return untilSettled(clock, clock.sleep(ms), clock.now() + ms + 1);
}

/** Starts one run after another while the ones before still work; `staggersMs` counts from the first. */
async function overlapping(
  bench: RunBench,
  jobs: readonly object[],
  staggersMs: readonly number[],
  changes: readonly LifeChanges[] = [],
): Promise<(RunEnd | null)[]> {
  const runs: Promise<RunEnd | null>[] = [];
  let startedMs = 0;
  for (const [place, job] of jobs.entries()) {
    const atMs = staggersMs[place] ?? 0;
    if (atMs > startedMs) await pass(bench, atMs - startedMs);
    startedMs = Math.max(startedMs, atMs);
    runs.push(bench.start(job, { concurrency: 2, ...changes[place] }));
  }
  return Promise.all(runs);
}

const WORKS: readonly [string, object, Effect][] = [
  ['remove_bg', CUT, 'remove_bg'],
  ['ClamAV', { uses: 'addon/uc_clamav_virus_scan' }, 'uc_clamav_virus_scan'],
  ['Rekognition', { uses: 'addon/aws_rekognition_detect_labels' }, 'aws_rekognition_detect_labels'],
  ['a conversion without skipIfDone', PDF, 'convert_document'],
];

test.each(WORKS)('three runs that overlap pay for %s once a file', async (_, step, effect) => {
  for (const [one, other] of [
    [0, 0],
    [700, 1500],
    [3000, 9000],
  ] as const) {
    const bench = runBench({ autostore: false });
    const inline = pictures(bench, 24);
    const backwards = inline.toReversed();
    const jobs = [inline, backwards, inline].map((files) => shared(files, [step]));

    const ends = await overlapping(bench, jobs, [0, one, other]);

    const place = `staggers ${one} and ${other}`;
    expect(bench.effects(effect), place).toEqual({ changed: 24, twice: 0 });
    for (const end of ends) {
      expect(end?.state, place).toBe('finished');
      expect(end!.counts.done + end!.counts.skipped, place).toBe(24);
      expect(
        end!.reasons.map(({ reason }) => reason),
        place,
      ).not.toContain('failed');
    }
  }
});

test('a run takes over the result that another one has at work, and goes on with it', async () => {
  const bench = runBench({ autostore: false });
  const inline = pictures(bench, 6);
  const keep = { uses: 'store', with: { file: '$' + '{{ steps.cut.file }}' } };

  const [first, second] = await overlapping(
    bench,
    [shared(inline), shared(inline, [CUT, keep])],
    [0, 300],
  );

  expect(bench.effects('remove_bg')).toEqual({ changed: 6, twice: 0 });
  expect(bench.effects('store')).toEqual({ changed: 6, twice: 0 });
  const made = [first!, second!].map(({ run }) =>
    bench.events.length > 0 ? bench.items(run).length : 0,
  );
  expect(made).toEqual([6, 6]);
});

const DEATHS: readonly CrashPoint[] = [
  'claimed',
  'work-claimed',
  'group-commit',
  'intent-committed',
  'before-write',
  'after-write',
  'response-received',
  'answer-read',
  'token-saved',
  'poll-answered',
  'outcome-committed',
];

test.each(DEATHS)(
  'killed at %s beside another run, and resumed: no file is paid for twice and none is lost',
  async (point) => {
    for (const victim of [0, 1]) {
      const bench = runBench({ autostore: false });
      const inline = pictures(bench, 12);
      // Each has work of its own, and four files that both want.
      const jobs = [shared(inline.slice(0, 8)), shared(inline.slice(4))];
      const death = { point, hit: point.endsWith('claimed') ? 1 : 3 } as const;
      const changes = [0, 1].map((place) => (place === victim ? { death } : {}));

      const ends = await overlapping(bench, jobs, [0, 400], changes);
      expect(ends[victim], point).toBeNull();
      const resumed = await alive(bench.resume());

      const place = `${point} of run ${victim + 1}`;
      expect(bench.effects('remove_bg').twice, place).toBe(0);
      const { total, 'in-doubt': doubts, done, skipped } = resumed.counts;
      expect(done + skipped + doubts, place).toBe(total);
      // What the killed run had sent is its own to end.
      const reasons = ends[1 - victim]!.reasons.map(({ reason }) => reason);
      expect(
        reasons.filter((reason) => !/^(done before|open_in_earlier_run)$/.test(reason)),
        place,
      ).toEqual([]);
    }
  },
);

test('a claim without an intent is free once its process is dead; with an intent it counts as paid', async () => {
  for (const [point, paid] of [
    ['work-claimed', 1],
    ['intent-committed', 0],
  ] as const) {
    const bench = runBench({ autostore: false });
    const job = shared(pictures(bench, 1));
    const [first, second] = await overlapping(
      bench,
      [job, job],
      [0, 500],
      [{ death: { point, hit: 1 } }],
    );
    expect(first).toBeNull();
    expect(bench.effects('remove_bg').changed, point).toBe(paid);
    expect(second!.counts, point).toMatchObject({ done: paid, failed: 1 - paid });

    const resumed = await alive(bench.resume());
    expect(bench.effects('remove_bg').changed, point).toBe(paid);
    expect(resumed.counts, point).toMatchObject({ skipped: paid, 'in-doubt': 1 - paid });
  }
});

test('a run that was killed with a claim and is resumed does not send what another one took over', async () => {
  const bench = runBench({ autostore: false });
  const job = shared(pictures(bench, 8));
  expect(await bench.start(job, { death: { point: 'work-claimed', hit: 1 } })).toBeNull();

  const other = bench.start(job, { concurrency: 1 });
  await pass(bench, 900);
  const resumed = await alive(bench.resume({ run: 'run-1' as never }));

  expect((await alive(other)).counts.done + resumed.counts.done).toBe(8);
  expect(bench.effects('remove_bg')).toEqual({ changed: 8, twice: 0 });
});

test('what was refused without effect is free for another run', async () => {
  const bench = runBench({ autostore: false });
  const job = shared(pictures(bench, 2));
  let refused = 0;
  bench.answer = ({ target }) => {
    if (!target.endsWith('/remove_bg/execute/') || refused === 2) return null;
    refused += 1;
    return answerWith(bench, 400, { detail: 'Not now.' });
  };
  const [first, second] = await overlapping(bench, [job, job], [0, 100]);

  expect([first!.counts.failed + second!.counts.failed, refused]).toEqual([2, 2]);
  const third = await alive(bench.start(job));
  expect(third.counts.failed).toBe(0);
  expect(bench.effects('remove_bg')).toEqual({ changed: 2, twice: 0 });
});

test('skipIfDone: false pays again for what ended before the run began, and shares the rest', async () => {
  const bench = runBench({ autostore: false });
  const inline = pictures(bench, 30);
  const again = shared(inline, [{ ...CUT, skipIfDone: false }]);
  await alive(bench.start(shared(inline.slice(0, 5))));

  const ends = await overlapping(bench, [again, again], [0, 0]);

  expect(bench.effects('remove_bg').changed).toBe(35);
  const counts = ends.map((end) => end!.counts);
  expect(counts[0]!.done + counts[1]!.done).toBe(30);
  expect(counts[0]!.skipped + counts[1]!.skipped).toBe(30);
});

test('a budget counts what its own run paid for', async () => {
  const bench = runBench({ autostore: false });
  const inline = pictures(bench, 24);
  const limited = { ...shared(inline), limits: { paid: { remove_bg: 10 } } };

  const [first, second] = await overlapping(bench, [limited, limited], [0, 0]);

  expect([first!.counts.done, second!.counts.done]).toEqual([10, 10]);
  expect(bench.effects('remove_bg')).toEqual({ changed: 20, twice: 0 });
  const rest = await alive(bench.start(shared(inline)));
  expect(rest.counts).toMatchObject({ done: 4, skipped: 20 });
});

test('the same key at another origin is another project', async () => {
  const bench = runBench({ autostore: false });
  const job = shared(pictures(bench, 3));
  const connection = {
    publicKey: 'demopublickey',
    secretKey: 'demosecretkey',
    restOrigin: 'https://other.test',
    auth: 'signed',
  } as const;
  await overlapping(bench, [job, job], [0, 0], [{}, { connection }]);
  expect(bench.effects('remove_bg').changed).toBe(6);
});

test('catalog and lock file may be removed or damaged while two runs work', async () => {
  for (const harm of ['removed', 'damaged'] as const) {
    const bench = runBench({ autostore: false });
    const inline = pictures(bench, 30);
    const { catalog, claimsLock } = statePaths(bench.directory);
    const doHarm = (): void => {
      rmSync(claimsLock, { force: true });
      if (harm === 'removed') rmSync(catalog, { force: true });
      else writeFileSync(catalog, 'damaged '.repeat(1000));
    };
    for (const atMs of [300, 900, 2100]) bench.clock.after(atMs, doHarm);

    const jobs = [inline, inline.toReversed()].map((files) => shared(files));
    const ends = await overlapping(bench, jobs, [0, 1200]);

    expect(
      ends.map((end) => end?.state),
      harm,
    ).toEqual(['finished', 'finished']);
    expect(bench.effects('remove_bg'), harm).toEqual({ changed: 30, twice: 0 });
    const later = await alive(bench.start(shared(inline)));
    expect(later.counts.skipped, harm).toBe(30);
  }
});

test('a run that pays does not start without a usable catalog; one that pays for nothing does', async () => {
  const bench = runBench({ autostore: false });
  const inline = pictures(bench, 2);
  const path = join(bench.directory, 'catalog.db');
  await alive(bench.start(shared(inline.slice(0, 1))));
  const newer = openDatabase(path, { mode: 'write' });
  newer.pragma('user_version = 99');
  newer.close();
  const before = bench.sent.length;

  const refused = bench.start(shared(inline));

  await expect(refused).rejects.toMatchObject({
    kind: 'configuration',
    message: expect.stringMatching(/newer version.*Nothing was sent.*move the file away/),
  });
  expect(bench.sent).toHaveLength(before);
  const free = await alive(bench.start(shared(inline, [{ uses: 'tags', with: { add: ['a'] } }])));
  expect(free.counts.done).toBe(2);

  for (const suffix of ['', '-wal', '-shm']) rmSync(path + suffix, { force: true });
  const end = await alive(bench.start(shared(inline)));
  expect(end.counts).toMatchObject({ done: 1, skipped: 1 });
});

test('a turn that another process never ends stops the run, and nothing was sent', async () => {
  const bench = runBench({ autostore: false });
  const job = shared(pictures(bench, 3));
  const held = takeLock(statePaths(bench.directory).claimsLock);

  const end = await alive(bench.start(job));

  expect([end.state, exitCodeForEnd(end, null)]).toEqual(['aborted', 3]);
  expect(end.stop).toMatchObject({
    failure: { message: expect.stringMatching(/held .*claims\.lock for 60 s/) },
  });
  expect(end.counts).toMatchObject({ pending: 3, total: 3 });
  expect(bench.mutations).toEqual([]);
  held?.release();
  expect((await alive(bench.resume())).counts.done).toBe(3);
});
