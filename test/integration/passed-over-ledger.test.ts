import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { exitCodeForEnd } from '../../src/cli/exit-code.ts';
import { statePaths } from '../../src/state/state-paths.ts';
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

test('one of the same work does: the message says what it lacks, and what to do', async () => {
  const bench = runBench();
  const inline = [bench.emulator.projects[0]!.addFile({ isImage: true }).uuid];
  const job = { source: { inline }, steps: [{ uses: 'addon/remove_bg' }] };
  const earlier = await alive(bench.start(job));
  const ledger = new Database(statePaths(bench.directory).ledger(earlier.run));
  ledger.exec('DROP TABLE works');
  ledger.close();
  const end = await alive(bench.start(job));
  expect(exitCodeForEnd(end, null)).toBe(3);
  const { message } = (end.stop as { failure: Error }).failure;
  expect(message).toMatch(/run-1\.db is damaged: it lacks the table works\. /);
  expect(message).toMatch(/Restore \S+run-1\.db, or move it away/);
});
