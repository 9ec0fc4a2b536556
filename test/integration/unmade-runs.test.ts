import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseRunId } from '../../src/core/run.ts';
import { takeLock } from '../../src/ledger/process-lock.ts';
import { statePaths } from '../../src/state/state-paths.ts';
import { alive, type RunBench, runBench } from '../support/run-bench.ts';

const STORE = { source: { files: { stored: false } }, steps: [{ uses: 'store' }] };
const IN_THE_MAKING = { death: { point: 'migration-step', hit: 1 } } as const;

function unmadeIn({ directory }: RunBench): string[] {
  return readdirSync(statePaths(directory).runs).filter((name) => name.includes('.db.new'));
}

test('what a start left that was killed while it made its ledger is removed by the next one', async () => {
  const bench = runBench({ files: 3, storedShare: 0 });
  expect(await bench.start(STORE, IN_THE_MAKING)).toBe(null);
  expect(await bench.start(STORE, IN_THE_MAKING)).toBe(null);
  expect(unmadeIn(bench)).toContain('run-2.db.new');
  expect(unmadeIn(bench)).not.toContain('run-1.db.new');

  const end = await alive(bench.start(STORE));

  expect(end.counts).toMatchObject({ done: 3, total: 3 });
  expect(unmadeIn(bench)).toEqual([]);
});

test('a ledger that a living process is making is let be', async () => {
  const bench = runBench({ files: 3, storedShare: 0 });
  expect(await bench.start(STORE, IN_THE_MAKING)).toBe(null);
  const before = unmadeIn(bench);
  expect(before).toContain('run-1.db.new');
  const maker = takeLock(statePaths(bench.directory).runLock(parseRunId('run-1')));

  await alive(bench.start(STORE));
  expect(unmadeIn(bench)).toEqual(before);

  maker?.release();
  await alive(bench.start(STORE));
  expect(unmadeIn(bench)).toEqual([]);
});
