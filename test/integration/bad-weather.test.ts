// Tests src/engine/journal/emit-settled.ts.

import { statSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { exitCodeForEnd } from '../../src/cli/exit-code.ts';
import { LedgerReader } from '../../src/ledger/ledger-reader.ts';
import { alive, type RunBench, runBench } from '../support/run-bench.ts';

const DELETE = { source: { files: { stored: false, pageSize: 100 } }, steps: [{ uses: 'delete' }] };
const COPY = {
  source: { files: { stored: true, pageSize: 100 } },
  steps: [{ uses: 'copy-to-remote', with: { target: 'backup' } }],
};

function ledgerOf(bench: RunBench): string {
  return join(bench.directory, 'runs', 'run-1.db');
}

test.each([20, -20])(
  'a clock that is %i minutes off is corrected, with one warning',
  async (minutes) => {
    const bench = runBench({ files: 150, storedShare: 0 });

    const job = { ...DELETE, steps: [{ uses: 'store' }] };
    const end = await alive(bench.start(job, { skewMs: minutes * 60_000 }));

    expect(end).toMatchObject({ state: 'finished', counts: { done: 150 } });
    const warnings = bench.events.filter(({ kind }) => kind === 'clock-skewed');
    expect(warnings).toHaveLength(1);
    const refused = bench.emulator.requestCounts().filter(({ status }) => status === 401);
    expect(refused).toMatchObject([{ count: 1 }]);
  },
);

test('ages in a job that deletes nothing are measured by the clock of the service, not by the machine', async () => {
  const bench = runBench({ files: 0 });
  const { addFile } = bench.emulator.projects[0]!;
  const hourAgo = (hours: number) => new Date(bench.clock.now() - hours * 3_600_000).toISOString();
  addFile({ storedAt: null, uploadedAt: hourAgo(23) });
  addFile({ storedAt: null, uploadedAt: hourAgo(25) });
  const where = { uploaded: { olderThan: '24h' } };
  const job = { ...DELETE, where, steps: [{ uses: 'store' }] };

  const end = await alive(bench.start(job, { skewMs: 5 * 3_600_000 }));

  expect(end.counts).toMatchObject({ done: 1, total: 1 });
});

test('keys that are revoked in mid-run stop it within a handful of requests, and no item pays for it', async () => {
  const bench = runBench({ files: 300, storedShare: 1 });
  bench.emulator.faults.add({ fault: { kind: 'unauthorized' }, method: 'POST', after: 40 });

  const end = await alive(bench.start(COPY, { concurrency: 4 }));

  expect(end).toMatchObject({ state: 'aborted', stop: { kind: 'fatal' } });
  expect(exitCodeForEnd(end, null)).toBe(3);
  const refused = bench.emulator.requestCounts().filter(({ status }) => status === 401);
  expect(refused.reduce((sum, { count }) => sum + count, 0)).toBeLessThanOrEqual(5);
  expect(end.counts).toMatchObject({ failed: 0, running: 0, 'in-doubt': 0 });
  expect(bench.items(end.run, 'pending').every(({ attempts }) => attempts === 0)).toBe(true);

  bench.emulator.faults.remove();
  const again = await alive(bench.resume());
  expect(again).toMatchObject({ state: 'finished', counts: { done: 300 } });
  expect(bench.effects('remote_copy')).toEqual({ changed: 300, twice: 0 });
});

test('keys that were never good make no run at all', async () => {
  const bench = runBench({ files: 30, storedShare: 0 });
  bench.emulator.faults.add({ fault: { kind: 'unauthorized' } });

  await expect(bench.start(DELETE)).rejects.toMatchObject({
    kind: 'fatal',
    fatalCause: 'credentials',
  });

  bench.emulator.faults.remove();
  await expect(bench.resume()).rejects.toMatchObject({ kind: 'not-found' });
});

test('a network that is away stops the run, to be resumed; no item pays for it', async () => {
  const bench = runBench({ files: 100, storedShare: 1 });
  let isAway = false;
  bench.fault = () => (isAway ? 'refused' : null);
  const listener = ({ kind }: { kind: string }) => {
    if (kind === 'items-settled') isAway = true;
  };

  const end = await alive(bench.start(COPY, { listener, offlineForMs: 20_000 }));
  expect(end.stop).toMatchObject({ kind: 'fatal', failure: { fatalCause: 'service' } });
  expect(exitCodeForEnd(end, null)).toBe(5);
  expect(end.counts).toMatchObject({ failed: 0, running: 0, 'in-doubt': 0 });
  expect(bench.items(end.run, 'pending').every(({ attempts }) => attempts === 0)).toBe(true);

  isAway = false;
  const again = await alive(bench.resume());
  expect(again).toMatchObject({ state: 'finished', counts: { done: 100 } });
});

test('a listing that ends in an error never counts as complete: nothing is deleted', async () => {
  const bench = runBench({ files: 500, storedShare: 0 });
  bench.emulator.faults.add({
    fault: { kind: 'status', status: 503 },
    path: '/files/',
    method: 'GET',
    after: 3,
  });

  const end = await alive(bench.start(DELETE));
  expect(end).toMatchObject({ state: 'aborted', stop: { kind: 'fatal' } });
  expect(exitCodeForEnd(end, null)).toBe(5);
  expect(bench.mutations).toEqual([]);

  bench.emulator.faults.remove();
  const again = await alive(bench.resume());
  expect(again).toMatchObject({ state: 'finished', counts: { done: 500, total: 500 } });
});

test('a disk that fills up in mid-run: nothing leaves without its intent, and the run goes on once there is room', async () => {
  const bench = runBench({ files: 400, storedShare: 1 });
  const unmarked: string[] = [];
  bench.answer = ({ method, body }) => {
    if (method !== 'POST') return null;
    const reader = LedgerReader.open(ledgerOf(bench));
    const sent = reader.items.running(0, 1000).filter(({ openSends }) => openSends > 0);
    reader.close();
    const { source } = JSON.parse(body ?? '') as { source: string };
    if (!sent.some(({ key }) => key === source)) unmarked.push(source);
    return null;
  };
  const drain = new AbortController();
  const listener = ({ kind }: { kind: string }) => {
    if (kind === 'walk-finished') drain.abort();
  };
  await bench.start(COPY, { drain: drain.signal, listener });
  const pages = statSync(ledgerOf(bench)).size / 4096;

  const end = await alive(bench.resume({ limits: { ledgerMaxPages: pages + 4 } }));
  expect(end).toMatchObject({
    state: 'aborted',
    stop: { kind: 'fatal', failure: { fatalCause: 'disk-full' } },
  });
  expect(exitCodeForEnd(end, null)).toBe(5);
  expect(end.counts.done).toBeGreaterThan(0);
  expect(end.counts.done).toBeLessThan(400);

  const again = await alive(bench.resume());
  expect(again).toMatchObject({ state: 'finished', counts: { done: 400 } });
  expect(bench.effects('remote_copy')).toEqual({ changed: 400, twice: 0 });
  expect(unmarked).toEqual([]);
});

test('a catalog that can no longer be written does not hide how the run ended', async () => {
  const bench = runBench({ files: 30, storedShare: 0 });
  const listener = ({ kind }: { kind: string }) => {
    if (kind !== 'run-ended') return;
    const catalog = new Database(join(bench.directory, 'catalog.db'));
    catalog.exec('DROP TABLE rates');
    catalog.close();
  };

  const end = await alive(bench.start(DELETE, { listener }));

  expect(end).toMatchObject({ state: 'finished', counts: { done: 30 } });
});

test('429 for everybody is waited out, and counts against no item', async () => {
  const bench = runBench({ files: 120, storedShare: 1, throttle: { perSecond: 5, burst: 5 } });

  const end = await alive(bench.start({ ...COPY, guard: { maxFailures: 0 } }));

  expect(end).toMatchObject({ state: 'finished', counts: { done: 120 } });
  expect(end.throttled).toBeGreaterThan(0);
  expect(bench.items(end.run).every(({ attempts }) => attempts === 0)).toBe(true);
});

test('the requests of all processes of a run are in its ledger', async () => {
  const bench = runBench({ files: 300, storedShare: 0 });
  await bench.start(
    { ...DELETE, recheckAfter: '1ms' },
    { death: { point: 'outcome-committed', hit: 2 } },
  );
  await bench.resume();

  const reader = LedgerReader.open(ledgerOf(bench));
  const { requests } = reader.run.get();
  reader.close();
  // The first request of each process is made before its ledger is open.
  expect(requests).toBeLessThanOrEqual(bench.sent.length);
  expect(requests).toBeGreaterThanOrEqual(bench.sent.length - 4);
});
