import { statSync, utimesSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Ledger } from '../../src/ledger/ledger.ts';
import { takeLock } from '../../src/ledger/process-lock.ts';
import { RunListings } from '../../src/page-data/run-listings.ts';
import { readLedgerSignature } from '../../src/state/ledger-signature.ts';
import { statePaths } from '../../src/state/state-paths.ts';
import { createSystemWorld } from '../../src/world/system-world.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { alive, runBench } from '../support/run-bench.ts';

const SYSTEM = createSystemWorld();
const JOB = { source: { files: { stored: false } }, steps: [{ uses: 'store' }] };

/** A run that has ended, and a world whose clock says how long ago that was. */
async function endedRun() {
  const bench = runBench({ files: 5, storedShare: 0 });
  const { run } = await alive(bench.start(JOB));
  const path = statePaths(bench.directory).ledger(run);
  // A time of whole milliseconds, so that a test can restore it.
  const writtenAt = Math.ceil(statSync(path).mtimeMs);
  utimesSync(path, writtenAt / 1000, writtenAt / 1000);
  const world = (agoMs: number) => ({
    ...SYSTEM,
    clock: { ...SYSTEM.clock, now: () => writtenAt + agoMs },
  });
  return { bench, run, path, world, writtenAt };
}

test('only ledgers that have changed are opened again', async () => {
  const { bench, run, path, world, writtenAt } = await endedRun();
  let agoMs = 5000;
  const place = { ...SYSTEM, clock: { ...SYSTEM.clock, now: () => writtenAt + agoMs } };
  const listings = new RunListings(bench.directory, place);
  const [first] = (await listings.read()).runs;
  expect(first).toMatchObject({ run, state: 'finished', counts: { done: 5 } });
  // The ledger is damaged, but it looks as before: whoever does not open it does not notice.
  writeFileSync(path, Buffer.alloc(statSync(path).size));
  utimesSync(path, writtenAt / 1000, writtenAt / 1000);
  agoMs = 10_000;
  expect((await listings.read()).runs).toEqual([first]);
  // After a minute, each ledger is opened again.
  agoMs = 70_000;
  expect((await listings.read()).runs).toMatchObject([{ run, problem: expect.any(String) }]);
  expect((await new RunListings(bench.directory, world(10_000)).read()).runs).toMatchObject([
    { run, problem: expect.any(String) },
  ]);
});

test('a signature changes with each write, and when a process begins or ends', async () => {
  const { bench, run, path, writtenAt } = await endedRun();
  const paths = statePaths(bench.directory);
  const read = (agoMs: number) =>
    readLedgerSignature(paths, run, { files: SYSTEM.files, now: writtenAt + agoMs });
  const before = await read(5000);
  expect(before.isSure).toBe(true);
  expect(await read(1000)).toEqual({ ...before, isSure: false });
  const held = takeLock(paths.runLock(run));
  expect((await read(5000)).text).not.toBe(before.text);
  held?.release();
  expect(await read(5000)).toEqual(before);
  const ledger = Ledger.open(path, { clock: new FakeClock() });
  ledger.transaction(() => ledger.run.setState('aborted', 'x', 9));
  expect((await read(5000)).text).not.toBe(before.text);
  ledger.close();
});
