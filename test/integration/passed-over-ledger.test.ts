import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { statePaths } from '../../src/run/state-paths.ts';
import { alive, runBench } from '../support/run-bench.ts';

test('a ledger of other work that lacks the table of works does not stop a paid run', async () => {
  const bench = runBench();
  const inline = [bench.emulator.projects[0]!.addFile({ isImage: true }).uuid];
  const earlier = await alive(bench.start({ source: { inline }, steps: [{ uses: 'store' }] }));
  const ledger = new Database(statePaths(bench.directory).ledger(earlier.run));
  ledger.exec('DROP TABLE works');
  ledger.close();
  const job = { source: { inline }, steps: [{ uses: 'addon/remove_bg' }] };
  expect((await alive(bench.start(job))).counts.done).toBe(1);
});
