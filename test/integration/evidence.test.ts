import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { SeenFile } from '../../src/ledger/evidence-table.ts';
import { LedgerReader } from '../../src/ledger/ledger-reader.ts';
import { alive, type RunBench, runBench } from '../support/run-bench.ts';

const DELETE = { source: { files: { stored: false, pageSize: 10 } }, steps: [{ uses: 'delete' }] };

/** Reads from the ledger of the only run. */
function inLedger<Value>(bench: RunBench, read: (reader: LedgerReader) => Value): Value {
  const reader = LedgerReader.open(join(bench.directory, 'runs', 'run-1.db'));
  try {
    return read(reader);
  } finally {
    reader.close();
  }
}

function keptFiles(bench: RunBench): SeenFile[] {
  return inLedger(bench, ({ evidence, pages }) => {
    const all = Array.from({ length: pages.last()?.no ?? 0 }, (_, index) => index + 1);
    return all.flatMap((no) => [...evidence.filesOf(no).values()]);
  });
}

test('a run that deletes keeps the facts of each file, and when it was deleted', async () => {
  const bench = runBench({ files: 25, storedShare: 0 });
  const { seededFile } = bench.emulator.projects[0]!;
  const before = Array.from({ length: 25 }, (_, index) => seededFile(index).uuid);
  const end = await alive(bench.start(DELETE));
  expect(end.counts.done).toBe(25);
  const files = keptFiles(bench);
  expect(files.map(({ facts }) => facts.uuid).sort()).toEqual(before.sort());
  expect(files[0]?.facts).toMatchObject({ storedAt: null, removedAt: null, isReady: true });
  expect(files[0]?.facts.url).toContain(files[0]?.facts.uuid);
  const deletes = inLedger(bench, ({ evidence }) => evidence.deletesOf(1, 25));
  expect(deletes).toMatchObject([{ step: 0, first: 1, last: 25, files: [] }]);
  expect(deletes[0]?.at).toBeGreaterThan(files[0]?.seenAt ?? Number.POSITIVE_INFINITY);
});

test('`evidence: false` keeps nothing, and neither does a run that deletes nothing', async () => {
  for (const job of [
    { ...DELETE, evidence: false },
    { ...DELETE, steps: [{ uses: 'store' }] },
  ]) {
    const bench = runBench({ files: 5, storedShare: 0 });
    expect(await alive(bench.start(job))).toMatchObject({ counts: { done: 5 } });
    expect(keptFiles(bench)).toEqual([]);
    expect(inLedger(bench, ({ evidence }) => evidence.deletesOf(1, 5))).toEqual([]);
  }
});

test('facts that changed before the delete are kept as they were last', async () => {
  const bench = runBench({ files: 12, storedShare: 0 });
  const changed = bench.emulator.projects[0]!.seededFile(3).uuid;
  const confirm = async (): Promise<boolean> => {
    bench.changeFile = (file) => {
      if (file['uuid'] === changed) file['metadata'] = { owner: 'ann' };
    };
    await new Promise<void>((resolve) => bench.clock.after(3_600_000, resolve));
    return true;
  };
  const end = await alive(bench.start(DELETE, { confirm }));
  expect(end.counts.done).toBe(12);
  const files = keptFiles(bench);
  expect(files).toHaveLength(12);
  const one = files.find(({ facts }) => facts.uuid === changed);
  expect(one?.facts.metadata).toEqual({ owner: 'ann' });
  const others = files.filter(({ facts }) => facts.uuid !== changed);
  expect(Math.max(...others.map(({ seenAt }) => seenAt))).toBeLessThan(one?.seenAt ?? 0);
});
