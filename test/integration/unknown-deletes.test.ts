import { mkdtempSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { RunId } from '../../src/core/run.ts';
import { checkEvidence } from '../../src/evidence/check-evidence.ts';
import { writeEvidence } from '../../src/evidence/write-evidence.ts';
import { itemRows } from '../../src/report/item-texts.ts';
import { resolveItems } from '../../src/resolve/resolve-items.ts';
import { abandonRun } from '../../src/run/abandon-run.ts';
import { type ReadRun, readReportedRun } from '../../src/state/read-reported-run.ts';
import { createSystemClock } from '../../src/world/system-clock.ts';
import { createSystemFiles } from '../../src/world/system-files.ts';
import { alive, answerWith, type RunBench, runBench } from '../support/run-bench.ts';
import { TEMP_ROOT } from '../support/temp-root.ts';
import { verifyBenchRun } from '../support/verify-bench-run.ts';

const RUN = 'run-1' as RunId;
const DELETE = { source: { files: { stored: false, pageSize: 10 } }, steps: [{ uses: 'delete' }] };

async function reportedRun(bench: RunBench): Promise<ReadRun> {
  const run = await bench.live({}, ({ world }) => readReportedRun(bench.directory, RUN, world));
  if (run === null) throw new Error('The process died');
  return run;
}

/** Writes evidence of the run, checks it, and returns its manifest and records. */
async function evidenceOf(bench: RunBench) {
  const { signal } = new AbortController();
  const folder = mkdtempSync(join(TEMP_ROOT, 'ucbulk-evidence-'));
  const run = await reportedRun(bench);
  const files = createSystemFiles();
  const ids = { runId: () => 'proof' };
  const target = { folder, tool: '0', privateKey: null, signal };
  await writeEvidence(run, target, { files, clock: createSystemClock(), ids });
  const { faults, manifest } = await checkEvidence({ folder, files, trusted: null, signal });
  expect(faults).toEqual([]);
  const lines = readFileSync(join(folder, 'deletes.ndjson'), 'utf8').split('\n').slice(0, -1);
  return { manifest, records: lines.map((line) => JSON.parse(line)) };
}

/** A run of 25 deletes. Its process died before it read an answer, and somebody abandoned the run. */
async function abandonedDeletes(): Promise<RunBench> {
  const bench = runBench({ files: 25, storedShare: 0 });
  const death = { point: 'after-write', hit: 1 } as const;
  expect(await bench.start(DELETE, { death })).toBeNull();
  await bench.live({}, ({ world }) => abandonRun(bench.directory, RUN, world));
  return bench;
}

function decide(bench: RunBench, as: 'done' | 'skip') {
  return bench.live({}, ({ world }) =>
    resolveItems(bench.directory, { run: RUN, decisions: { as } }, world),
  );
}

test('evidence and verification of a killed run show it as interrupted', async () => {
  const bench = runBench({ files: 25, storedShare: 0 });
  const death = { point: 'outcome-committed', hit: 1 } as const;
  expect(await bench.start(DELETE, { death })).toBeNull();

  expect((await evidenceOf(bench)).manifest.state).toBe('interrupted');
  expect((await verifyBenchRun(bench)).result.state).toBe('interrupted');
});

test('deletes in doubt have no records, and are counted as unknown', async () => {
  const bench = await abandonedDeletes();
  const inDoubt = bench.items(RUN, 'in-doubt').length;
  expect(inDoubt).toBeGreaterThan(0);
  const { manifest, records } = await evidenceOf(bench);
  expect(records).toEqual([]);
  expect(manifest).toMatchObject({ state: 'abandoned', records: 0, unknownResults: inDoubt });
});

test('a delete that a person decided was done is marked, and counted apart', async () => {
  const bench = await abandonedDeletes();
  const inDoubt = bench.items(RUN, 'in-doubt').length;
  await decide(bench, 'done');
  const { manifest, records } = await evidenceOf(bench);
  expect(records).toHaveLength(inDoubt);
  for (const record of records) {
    expect(record).toMatchObject({ decidedBy: 'person', deletedAt: null, seenIn: 'listing' });
  }
  expect(manifest).toMatchObject({
    records: inDoubt,
    decidedByPerson: inDoubt,
    deletedBytes: 0,
    unknownResults: 0,
  });
  const [row] = itemRows(await reportedRun(bench), ['done']);
  expect(row?.deleted).toMatchObject([{ decidedBy: 'person', deletedAt: null }]);
});

test('a delete in doubt that a person skipped still has an unknown result', async () => {
  const bench = await abandonedDeletes();
  const inDoubt = bench.items(RUN, 'in-doubt').length;
  await decide(bench, 'skip');
  const { manifest } = await evidenceOf(bench);
  expect(manifest).toMatchObject({ records: 0, unknownResults: inDoubt });
});

test('deletes that a killed process may have sent are unknown before somebody resumes the run', async () => {
  const bench = runBench({ files: 5, storedShare: 0 });
  expect(await bench.start(DELETE, { death: { point: 'after-write', hit: 1 } })).toBeNull();
  expect((await evidenceOf(bench)).manifest).toMatchObject({ records: 0, unknownResults: 5 });
  await alive(bench.resume());
  const { manifest, records } = await evidenceOf(bench);
  expect(manifest).toMatchObject({ records: 5, decidedByPerson: 0, unknownResults: 0 });
  expect(records).toMatchObject(Array.from({ length: 5 }, () => ({ decidedBy: null })));
});

test.each([
  ['error', 500, 5],
  ['refusal', 400, 0],
])('after the %s %i to each delete, %i results are unknown', async (_name, status, unknown) => {
  const bench = runBench({ files: 5, storedShare: 0 });
  bench.answer = ({ method }) =>
    method === 'DELETE' ? answerWith(bench, status, { detail: 'no' }) : null;
  const { counts } = await alive(bench.start(DELETE));
  expect(counts).toMatchObject({ done: 0 });
  const { manifest } = await evidenceOf(bench);
  expect(manifest).toMatchObject({ records: 0, unknownResults: unknown });
});
