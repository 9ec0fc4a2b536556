import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { inspectLedger } from '../../../src/ledger/inspect-ledger.ts';
import { Ledger } from '../../../src/ledger/ledger.ts';
import { LedgerReader } from '../../../src/ledger/ledger-reader.ts';
import { checkSchema, migrate, type Schema } from '../../../src/ledger/migrate.ts';
import { openDatabase } from '../../../src/ledger/open-database.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { uuidOf } from '../../support/file-json.ts';
import { givePage, tempDirectory, tempLedger } from '../../support/temp-ledger.ts';

const FIXTURES = new URL('../../fixtures/', import.meta.url);
const FIRST = 'CREATE TABLE a (x TEXT NOT NULL) STRICT';
const SECOND = "ALTER TABLE a ADD COLUMN y TEXT NOT NULL DEFAULT 'new'";
const THIRD = 'CREATE TABLE b (x TEXT) STRICT; INSERT INTO b SELECT x FROM a; DELETE FROM a';

function schemaOf(...migrations: string[]): Schema {
  return { name: 'ledger', migrations };
}

/** A file of the first schema with one row in it. */
function oldFile(): string {
  const path = join(tempDirectory(), 'old.db');
  const database = openDatabase(path, { mode: 'create' });
  migrate(database, schemaOf(FIRST));
  database.exec("INSERT INTO a VALUES ('kept')");
  database.close();
  return path;
}

function read(path: string, sql: string): unknown {
  const database = openDatabase(path, { mode: 'read' });
  try {
    return database.prepare(sql).all();
  } finally {
    database.close();
  }
}

function version(path: string): unknown {
  return read(path, 'PRAGMA user_version');
}

test.each([1, 2])('data of schema %i survive the way to the newest', (from) => {
  const path = oldFile();
  const steps = [FIRST, SECOND, THIRD];
  const database = openDatabase(path, { mode: 'write' });
  migrate(database, schemaOf(...steps.slice(0, from)));
  migrate(database, schemaOf(...steps));
  checkSchema(database, schemaOf(...steps));
  database.close();
  expect(version(path)).toEqual([{ user_version: 3 }]);
  expect(read(path, 'SELECT x FROM b')).toEqual([{ x: 'kept' }]);
});

test('a step that fails leaves the one before it whole, and a later try goes on from there', () => {
  const path = oldFile();
  const database = openDatabase(path, { mode: 'write' });
  expect(() => migrate(database, schemaOf(FIRST, SECOND, `${THIRD}; NONSENSE`))).toThrow();
  expect(version(path)).toEqual([{ user_version: 2 }]);
  expect(read(path, 'SELECT * FROM a')).toEqual([{ x: 'kept', y: 'new' }]);
  migrate(database, schemaOf(FIRST, SECOND, THIRD));
  database.close();
  expect(read(path, 'SELECT x FROM b')).toEqual([{ x: 'kept' }]);
});

test('a process that is killed in the middle of a step leaves the version before it', async () => {
  const path = oldFile();
  const module = new URL('../../../src/ledger/', import.meta.url).href;
  const code = `
    const { migrate } = await import('${module}migrate.ts');
    const { openDatabase } = await import('${module}open-database.ts');
    const [path, ...migrations] = process.argv.slice(1);
    const die = () => process.kill(process.pid, 'SIGKILL');
    migrate(openDatabase(path, { mode: 'write' }), { name: 'ledger', migrations }, die);`;
  const tsx = import.meta.resolve('tsx');
  const args = ['--import', tsx, '--input-type=module', '-e', code, path, FIRST, THIRD];
  const [, signal] = await once(spawn(process.execPath, args), 'exit');
  expect(signal).toBe('SIGKILL');
  expect(version(path)).toEqual([{ user_version: 1 }]);
  expect(read(path, 'SELECT x FROM a')).toEqual([{ x: 'kept' }]);
});

test('a ledger of schema 1, kept as it was when that was frozen, is read and gone on with', () => {
  const path = join(tempDirectory(), 'run-1.db');
  const database = openDatabase(path, { mode: 'create' });
  database.exec(readFileSync(new URL('schema-1/small.sql', FIXTURES), 'utf8'));
  database.close();

  const ledger = Ledger.open(path, { clock: new FakeClock() });
  expect(ledger.run.get()).toMatchObject({ runId: 'run-1', state: 'interrupted' });
  expect(ledger.items.counts()).toMatchObject({ done: 1, failed: 1, waiting: 1, pending: 1 });
  expect(ledger.remoteJobs.get(3)).toMatchObject({ token: 'token-3', startedAt: 11 });
  ledger.transaction(() => ledger.items.claim(0, { now: 99, limit: 1 }));
  ledger.close();

  const reader = LedgerReader.open(path);
  expect([...reader.runItems({})].map(({ record }) => record)).toMatchObject([
    { key: uuidOf(1), state: 'done', details: { row: 7 } },
    { key: uuidOf(2), state: 'failed', reason: 'http_400', requestId: 'r-1', result: { a: 1 } },
    { key: uuidOf(3), state: 'waiting' },
    { key: 'a/b.txt', state: 'running' },
  ]);
  reader.close();
  expect(inspectLedger(path)).toEqual([]);
});

test('a copy of a ledger and its log, taken while it is written, is whole at every commit', () => {
  const { ledger, path } = tempLedger();
  const folder = tempDirectory();
  for (let round = 1; round <= 20; round += 1) {
    const seqs = givePage(ledger, 50, { next: `page-${round + 1}` });
    ledger.transaction(() => {
      ledger.items.claim(0, { now: 0, limit: 50 });
      if (round % 2 === 0) {
        ledger.items.moveItems({ seqs, step: 0, from: 'running', to: 'done' });
      }
    });
    const copy = join(folder, `copy-${round}.db`);
    copyFileSync(path, copy);
    copyFileSync(`${path}-wal`, `${copy}-wal`);
    expect(inspectLedger(copy)).toEqual([]);
    const reader = LedgerReader.open(copy);
    expect(reader.items.counts().total).toBe(50 * round);
    reader.close();
  }
});
