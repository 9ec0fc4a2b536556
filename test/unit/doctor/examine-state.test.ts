import { mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { parseRunId } from '../../../src/core/run.ts';
import { examineState } from '../../../src/doctor/examine-state.ts';
import { Ledger } from '../../../src/ledger/ledger.ts';
import { openDatabase } from '../../../src/ledger/open-database.ts';
import { takeLock } from '../../../src/ledger/process-lock.ts';
import { createSystemWorld } from '../../../src/world/system-world.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { givePage, newRun, tempDirectory } from '../../support/temp-ledger.ts';

/** A state directory with one run of three items, and what a look at it finds. */
function stateWithRun(...sql: string[]) {
  const directory = tempDirectory();
  mkdirSync(join(directory, 'runs'));
  const path = join(directory, 'runs', 'run-1.db');
  const ledger = Ledger.create(path, newRun(), { clock: new FakeClock() });
  givePage(ledger, 3);
  ledger.close();
  const database = openDatabase(path, { mode: 'write' });
  for (const statement of sql) database.exec(statement);
  database.close();
  const world = createSystemWorld();
  onTestFinished(() => world.close());
  const examine = () => examineState(directory, null, world);
  return { directory, path, examine };
}

test('a good state directory has nothing bad in it', async () => {
  const { examine, path } = stateWithRun();
  const findings = await examine();
  expect(findings.filter(({ level }) => level === 'bad')).toEqual([]);
  expect(findings).toContainEqual(
    expect.objectContaining({ about: 'ledger', subject: path, message: 'is whole' }),
  );
});

test.each([
  ['a counter that is wrong', 'UPDATE counters SET count = 2', /counters that differ/],
  ['an item in no state', 'UPDATE items SET state = 9 WHERE seq = 1', /items in no known state/],
  ['a page that is gone', 'UPDATE pages SET no = 2', /1 missing pages/],
  ['no table of works', 'DROP TABLE works', /is damaged: it lacks the table works$/],
  ['no counters', 'DROP TABLE counters', /it lacks the table counters$/],
  ['no index', 'DROP INDEX items_open', /it lacks the index items_open$/],
  ['no run', 'DELETE FROM run', /0 runs in it/],
  ['a newer schema', 'PRAGMA user_version = 99', /newer version/],
  ['the file of another program', 'PRAGMA application_id = 7', /belongs to another program/],
])('%s is found, and left as it is', async (_what, sql, words) => {
  const { examine, path } = stateWithRun(sql);
  const before = readFileSync(path);
  const bad = (await examine()).filter(({ level }) => level === 'bad');
  expect(bad).toMatchObject([{ about: 'ledger', message: expect.stringMatching(words) }]);
  expect(readFileSync(path)).toEqual(before);
});

test('a ledger that was cut off is found', async () => {
  const { examine, path } = stateWithRun();
  truncateSync(path, 8192);
  const bad = (await examine()).filter(({ level }) => level === 'bad');
  expect(bad).toMatchObject([{ about: 'ledger' }]);
});

test('who holds a run is told', async () => {
  const { examine, directory } = stateWithRun();
  const lock = takeLock(join(directory, 'runs', 'run-1.lock'));
  writeFileSync(join(directory, 'runs', 'run-1.lock.txt'), 'run run-1, since then\n');
  expect(await examine()).toContainEqual(
    expect.objectContaining({
      about: 'lock',
      subject: parseRunId('run-1'),
      message: 'a process works on it: run run-1, since then',
    }),
  );
  lock?.release();
});
