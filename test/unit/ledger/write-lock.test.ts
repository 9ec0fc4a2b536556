import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import { openDatabase } from '../../../src/ledger/open-database.ts';
import { WriteLock } from '../../../src/ledger/write-lock.ts';
import { tempDirectory } from '../../support/temp-ledger.ts';

function setup() {
  const path = join(tempDirectory(), 'a.db');
  const database = openDatabase(path, { mode: 'create' });
  const foreign = new Database(path);
  onTestFinished(() => {
    foreign.close();
    database.close();
  });
  database.exec('CREATE TABLE a (b INTEGER)');
  const lock = new WriteLock(database, 10);
  const seen: boolean[] = [];
  const insert = () => lock.transaction(() => database.exec('INSERT INTO a VALUES (1)'));
  const rows = () => database.prepare('SELECT count(*) FROM a').pluck().get();
  return { database, foreign, lock, seen, insert, rows };
}

test('a lock of another program is reported once, and that it is free again; the write happens once', () => {
  const { database, foreign, lock, seen, insert, rows } = setup();
  lock.watch((isLocked) => {
    seen.push(isLocked);
    if (isLocked) foreign.exec('ROLLBACK'); // else the write would wait for seconds
  });
  insert();
  foreign.exec('BEGIN EXCLUSIVE');
  insert();
  insert();
  expect(seen).toEqual([true, false]);
  expect(rows()).toBe(3);
  expect(database.pragma('busy_timeout', { simple: true })).toBe(10); // waits only briefly again
});

test('a failure inside of a transaction is no lock, and runs nothing twice', () => {
  const { lock, seen } = setup();
  lock.watch((isLocked) => seen.push(isLocked));
  let runs = 0;
  const fail = () =>
    lock.transaction(() => {
      runs += 1;
      throw new Error('no');
    });
  expect(fail).toThrow('no');
  expect([runs, seen]).toEqual([1, []]);
});
