import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import Database from 'better-sqlite3';
import { afterEach, expect, test } from 'vitest';
import { exitCodeForEnd } from '../../src/cli/exit-code.ts';
import { parseRunId } from '../../src/core/run.ts';
import { takeLock } from '../../src/ledger/process-lock.ts';
import { statePaths } from '../../src/state/state-paths.ts';
import { diskFull, watchLedgerWrites } from '../support/ledger-writes.ts';
import { alive, type RunBench, runBench } from '../support/run-bench.ts';

const FILES = 300;
const CUT = { source: { files: {} }, steps: [{ uses: 'addon/remove_bg' }] };

afterEach(() => watchLedgerWrites(null));

function benchOfPictures(): RunBench {
  const bench = runBench();
  for (let place = 0; place < FILES; place += 1) {
    bench.emulator.projects[0]!.addFile({ mimeType: 'image/png', isImage: true });
  }
  return bench;
}

/** Lists the files and stops before anything is paid for; gives the size of the ledger in pages. */
async function listed(bench: RunBench): Promise<number> {
  const drain = new AbortController();
  const listener = ({ kind }: { kind: string }) => {
    if (kind === 'walk-finished') drain.abort();
  };
  await bench.start(CUT, { drain: drain.signal, listener });
  return statSync(statePaths(bench.directory).ledger(parseRunId('run-1'))).size / 4096;
}

function reservesIn({ directory }: RunBench): string[] {
  return readdirSync(statePaths(directory).runs).filter((name) => name.endsWith('.reserve'));
}

test.each([2, 4])(
  'a disk with %i pages left when paid requests begin: their answers are recorded, nothing is in doubt',
  async (room) => {
    const bench = benchOfPictures();
    const pages = await listed(bench);

    const end = await alive(
      bench.resume({ concurrency: 8, limits: { ledgerMaxPages: pages + room } }),
    );

    expect(end).toMatchObject({
      state: 'aborted',
      stop: { kind: 'fatal', failure: { fatalCause: 'disk-full' } },
      counts: { 'in-doubt': 0, running: 0, failed: 0 },
    });
    expect(exitCodeForEnd(end, null)).toBe(5);
    expect(bench.effects('remove_bg').changed).toBeLessThan(FILES);
    const again = await alive(bench.resume());
    expect(again).toMatchObject({ state: 'finished', counts: { done: FILES, 'in-doubt': 0 } });
    expect(bench.effects('remove_bg')).toEqual({ changed: FILES, twice: 0 });
  },
);

test('after the first write that finds no room, nothing else is sent', async () => {
  const bench = benchOfPictures();
  await listed(bench);
  let writes = 0;
  let sentByThen = 0;
  watchLedgerWrites(() => {
    writes += 1;
    if (writes !== 20) return;
    sentByThen = bench.mutations.length;
    throw diskFull();
  });

  const end = await alive(bench.resume({ concurrency: 8 }));

  expect(sentByThen).toBeGreaterThan(0);
  expect(bench.mutations.length - sentByThen).toBeLessThanOrEqual(8);
  expect(end).toMatchObject({ state: 'aborted', counts: { 'in-doubt': 0, running: 0 } });
});

test.each(['SQLITE_BUSY', 'SQLITE_IOERR_WRITE'])(
  'an answer whose record meets %s three times is recorded all the same',
  async (code) => {
    const bench = benchOfPictures();
    await listed(bench);
    let failures = 0;
    watchLedgerWrites(() => {
      if (bench.mutations.length < 12 || failures === 3) return;
      failures += 1;
      throw new Database.SqliteError('not now', code);
    });

    const end = await alive(bench.resume({ concurrency: 8 }));

    expect(failures).toBe(3);
    expect(end).toMatchObject({ state: 'aborted', counts: { 'in-doubt': 0, running: 0 } });
    expect(exitCodeForEnd(end, null)).toBe(5);
  },
);

test('the reserve is on the disk before the first request that changes something, and gone after the run', async () => {
  const bench = benchOfPictures();
  const blocks: number[] = [];
  bench.answer = ({ method, target }) => {
    const path = statePaths(bench.directory).reserve(parseRunId('run-1'));
    if (method === 'POST' && target.startsWith('/addons/'))
      blocks.push(existsSync(path) ? statSync(path).blocks : 0);
    return null;
  };

  await alive(bench.start(CUT, { concurrency: 8 }));

  expect(blocks.length).toBe(FILES);
  // Really allocated, not a hole: `stat` counts blocks of 512 bytes.
  expect(Math.min(...blocks) * 512).toBeGreaterThanOrEqual(12 * 64 * 1024);
  expect(reservesIn(bench)).toEqual([]);
});

test('what killed runs left of their reserves is freed by the next run, but not what a living one has', async () => {
  const bench = benchOfPictures();
  await listed(bench);
  for (const run of ['run-1', 'run-8', 'run-9']) {
    writeFileSync(statePaths(bench.directory).reserve(parseRunId(run)), 'set aside');
  }
  const worker = takeLock(statePaths(bench.directory).runLock(parseRunId('run-9')));

  await alive(bench.resume());

  expect(reservesIn(bench)).toEqual(['run-9.reserve']);
  worker?.release();
});
