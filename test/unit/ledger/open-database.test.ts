import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { Ledger } from '../../../src/ledger/ledger.ts';
import { LedgerReader } from '../../../src/ledger/ledger-reader.ts';
import { checkSchema, migrate, type Schema } from '../../../src/ledger/migrate.ts';
import { openDatabase } from '../../../src/ledger/open-database.ts';
import { isLockHeld, takeLock } from '../../../src/ledger/process-lock.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { newRun, tempDirectory, tempLedger } from '../../support/temp-ledger.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const SCHEMA: Schema = { name: 'ledger', migrations: ['CREATE TABLE a (x TEXT) STRICT'] };

test('a commit survives a power cut: WAL, and every commit is synced', () => {
  const path = join(tempDirectory(), 'a.db');
  openDatabase(path, { mode: 'create' }).close();
  // A file that is in WAL already is opened with fewer syncs, unless they are asked for.
  const database = openDatabase(path, { mode: 'write' });
  expect(database.pragma('journal_mode', { simple: true })).toBe('wal');
  expect(database.pragma('synchronous', { simple: true })).toBe(2);
  expect(database.pragma('foreign_keys', { simple: true })).toBe(1);
  database.close();
});

test('a file whose last commits may be lost is not synced at every commit', () => {
  const path = join(tempDirectory(), 'a.db');
  const database = openDatabase(path, { mode: 'create', isDurable: false });
  expect(database.pragma('journal_mode', { simple: true })).toBe('wal');
  expect(database.pragma('synchronous', { simple: true })).toBe(1);
  database.close();
});

test('a place below a regular file is refused in words', () => {
  const directory = tempDirectory();
  writeFileSync(join(directory, 'file'), '');
  const path = join(directory, 'file', 'run-1.db');
  const refusal = expect.objectContaining({ name: 'UserError', kind: 'configuration' });
  expect(() => Ledger.create(path, newRun(), { clock: new FakeClock() })).toThrow(refusal);
  expect(() => takeLock(path)).toThrow(refusal);
  expect(() => LedgerReader.open(path)).toThrow(refusal);
});

test('a folder in the place of a ledger is refused in words', () => {
  const path = join(tempDirectory(), 'run-1.db');
  mkdirSync(path);
  expect(() => Ledger.open(path, { clock: new FakeClock() })).toThrow(
    expect.objectContaining({ kind: 'configuration' }),
  );
});

test.each([
  ['0 bytes', 0, 'it is empty, or belongs to another program'],
  ['half of its header', 50, 'run-1.db'],
  ['its first page', 4096, 'run-1.db'],
])('a ledger of which %s are left is refused, never taken for a new one', (_what, bytes, words) => {
  const { ledger, path, clock } = tempLedger();
  ledger.close();
  truncateSync(path, bytes);
  const refusal = expect.objectContaining({
    name: 'UserError',
    kind: 'configuration',
    message: expect.stringContaining(words),
  });
  expect(() => LedgerReader.open(path)).toThrow(refusal);
  expect(() => Ledger.open(path, { clock })).toThrow(
    expect.objectContaining({ name: 'UserError' }),
  );
});

test('the database of another program is refused, and not changed', () => {
  const path = join(tempDirectory(), 'run-1.db');
  const other = openDatabase(path, { mode: 'create' });
  other.exec('CREATE TABLE mine (x)');
  other.close();
  const words = expect.objectContaining({
    message: expect.stringContaining('is not a ucbulk ledger'),
  });
  expect(() => LedgerReader.open(path)).toThrow(words);
  expect(() => Ledger.open(path, { clock: new FakeClock() })).toThrow(words);
  const again = openDatabase(path, { mode: 'read' });
  expect(again.prepare('SELECT name FROM sqlite_schema').pluck().all()).toEqual(['mine']);
  again.close();
});

test('a ledger that was made but never got its run is no run', () => {
  const { ledger, path, clock } = tempLedger();
  ledger.close();
  const database = openDatabase(path, { mode: 'write' });
  database.exec('DELETE FROM run');
  database.close();
  expect(() => Ledger.open(path, { clock })).toThrow('has no run: its process ended');
});

test('a newer schema is refused with what to do', () => {
  const { ledger, path, clock } = tempLedger();
  ledger.close();
  const database = openDatabase(path, { mode: 'write' });
  database.pragma('user_version = 99');
  database.close();
  const words = expect.objectContaining({
    message: expect.stringMatching(/newer version.*Update ucbulk/),
  });
  expect(() => LedgerReader.open(path)).toThrow(words);
  expect(() => Ledger.open(path, { clock })).toThrow(words);
});

test('a migration that fails leaves the version before it', () => {
  const database = openDatabase(join(tempDirectory(), 'a.db'), { mode: 'create' });
  migrate(database, SCHEMA);
  const broken: Schema = {
    ...SCHEMA,
    migrations: [...SCHEMA.migrations, 'CREATE TABLE b (x TEXT); NONSENSE'],
  };
  expect(() => migrate(database, broken)).toThrow();
  checkSchema(database, SCHEMA);
  expect(database.pragma('user_version', { simple: true })).toBe(1);
  expect(database.prepare('SELECT name FROM sqlite_schema').pluck().all()).toEqual(['a']);
  database.close();
});

test('two processes that make a database at once end with one schema', () => {
  const path = join(tempDirectory(), 'a.db');
  const first = openDatabase(path, { mode: 'create' });
  const second = openDatabase(path, { mode: 'create' });
  // The second one migrates between the look of the first and its lock.
  let isFirstLook = true;
  const slow = new Proxy(first, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (name === 'pragma') {
        return (...args: Parameters<typeof first.pragma>) => {
          const answer: unknown = target.pragma(...args);
          if (isFirstLook) {
            isFirstLook = false;
            migrate(second, SCHEMA);
          }
          return answer;
        };
      }
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  migrate(slow, SCHEMA);
  checkSchema(first, SCHEMA);
  first.close();
  second.close();
});

test('a lock has one holder, also within a process, and is free once given back', () => {
  const path = join(tempDirectory(), 'run.lock');
  const first = takeLock(path);
  expect(first).not.toBe(null);
  expect(takeLock(path)).toBe(null);
  expect(isLockHeld(path)).toBe(true);
  first?.release();
  expect(isLockHeld(path)).toBe(false);
  const second = takeLock(path);
  expect(second).not.toBe(null);
  second?.release();
});

test('a lock holds against another process and is free right after that one was killed', async () => {
  const path = join(tempDirectory(), 'run.lock');
  const code = `
    import Database from 'better-sqlite3';
    const lock = new Database(process.argv[1], { timeout: 0 });
    lock.exec('BEGIN EXCLUSIVE');
    process.stdout.write('held');
    setInterval(() => lock.open, 1e6); // a lock that nobody uses would be collected, and released`;
  const holder = spawn(process.execPath, ['--input-type=module', '-e', code, path], { cwd: ROOT });
  await once(holder.stdout, 'data');
  expect(takeLock(path)).toBe(null);

  const ended = once(holder, 'exit');
  holder.kill('SIGKILL');
  await ended;

  const lock = takeLock(path);
  expect(lock).not.toBe(null);
  lock?.release();
});

test('a lock that is shared keeps away who wants it alone, until the last one leaves', () => {
  const path = join(tempDirectory(), 'project.lock');
  const first = takeLock(path, 'shared');
  const second = takeLock(path, 'shared');
  expect(takeLock(path)).toBe(null);
  first?.release();
  expect(takeLock(path)).toBe(null);
  second?.release();
  const alone = takeLock(path);
  expect(takeLock(path, 'shared')).toBe(null);
  alone?.release();
});

test('a lock that was never taken is free, and looking makes none', () => {
  const path = join(tempDirectory(), 'run.lock');
  expect(isLockHeld(path)).toBe(false);
  expect(existsSync(path)).toBe(false);
});

test('a ledger that was not finished has no name: there is no run that can not be read', () => {
  const path = join(tempDirectory(), 'run-1.db');
  const dies = () => {
    throw new Error('The process died');
  };
  expect(() => Ledger.create(path, newRun(), { clock: new FakeClock(), crash: dies })).toThrow(
    'died',
  );
  expect(existsSync(path)).toBe(false);
});
