import { copyFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { Ledger } from '../../../src/ledger/ledger.ts';
import { LedgerReader } from '../../../src/ledger/ledger-reader.ts';
import { initialSchema } from '../../../src/ledger/migrations/0001-initial.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { givePage, tempDirectory, tempLedger } from '../../support/temp-ledger.ts';

const SIGNATURE = 'X-Amz-Signature=0123456789abcdef';

/** So many part URLs as an upload of that many parts has. */
function sessionOf(parts: number) {
  const url = (part: number) => `https://storage.test/${'x'.repeat(300)}?n=${part}&${SIGNATURE}`;
  return { parts: Array.from({ length: parts }, (_, part) => url(part)) };
}

/** True for each file of a ledger whose bytes have a part URL. */
function urlsIn(path: string): Record<string, boolean> {
  const files = ['', '-wal'].filter((suffix) => existsSync(path + suffix));
  return Object.fromEntries(
    files.map((suffix) => [suffix, readFileSync(path + suffix).includes(SIGNATURE)]),
  );
}

/** Uploads of 1 to 24 parts, begun again in between, all of them ended. */
function endUploads(ledger: Ledger): void {
  const seqs = givePage(ledger, 24);
  for (const seq of seqs) {
    ledger.transaction(() => ledger.transfers.begin(seq, sessionOf(seq)));
    ledger.transaction(() => ledger.transfers.begin(seq, sessionOf(25 - seq)));
    ledger.transaction(() => ledger.transfers.addPart(seq, 0, 'sum'));
    if (seq > 3) ledger.transaction(() => ledger.transfers.end(seq - 3));
  }
  for (const seq of seqs) ledger.transaction(() => ledger.transfers.end(seq));
}

test('no part URL is in the bytes of a ledger whose uploads have ended', () => {
  const { ledger, path } = tempLedger();
  endUploads(ledger);
  ledger.close();
  expect(urlsIn(path)).toEqual({ '': false });
});

test('no part URL stays in the log if a reader has the ledger open', () => {
  const { ledger, path } = tempLedger();
  endUploads(ledger);
  const reader = LedgerReader.open(path);
  ledger.close();
  expect(urlsIn(path)).toEqual({ '': false, '-wal': false });
  reader.close();
});

test('a killed process leaves part URLs in the log; the next process removes them', () => {
  const { ledger, path } = tempLedger();
  endUploads(ledger);
  const killed = join(tempDirectory(), 'run-1.db');
  for (const suffix of ['', '-wal']) copyFileSync(path + suffix, killed + suffix);
  expect(Object.values(urlsIn(killed))).toContain(true);
  Ledger.open(killed, { clock: new FakeClock() }).close();
  expect(urlsIn(killed)).toEqual({ '': false });
});

test('an old ledger that is resumed loses the part URLs that schema 1 left in free pages', () => {
  const { ledger, path } = tempLedger();
  ledger.close();
  const old = join(tempDirectory(), 'run-1.db');
  const database = new Database(old);
  database.pragma('journal_mode = WAL');
  database.exec(initialSchema);
  database.exec(`ATTACH '${path}' AS made; ALTER TABLE made.run DROP COLUMN waits_for_answer;`);
  database.exec('INSERT INTO run SELECT * FROM made.run; DETACH made;');
  database.prepare('UPDATE run SET job = ?').run('{"steps":[{"uses":"upload"}]}');
  database.pragma(`application_id = ${0x5543424b}`);
  database.pragma('user_version = 1');
  const insert = database.prepare('INSERT INTO transfers VALUES (?, ?)');
  for (let item = 1; item <= 9; item += 1) insert.run(item, JSON.stringify(sessionOf(item * 2)));
  database.exec('DELETE FROM transfers');
  database.close();
  expect(urlsIn(old)).toEqual({ '': true });

  Ledger.open(old, { clock: new FakeClock() }).close();
  expect(urlsIn(old)).toEqual({ '': false });
});
