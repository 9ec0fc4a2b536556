import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { findKnownFiles, OPEN_JOBS, RESULTS } from '../../../src/ledger/known-files.ts';
import { Ledger } from '../../../src/ledger/ledger.ts';
import { openDatabase } from '../../../src/ledger/open-database.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { uuidOf } from '../../support/file-json.ts';
import { givePage, newRun, tempDirectory, tempLedger } from '../../support/temp-ledger.ts';

/** How SQLite finds the rows of a query. */
function planOf(path: string, sql: string): string {
  const database = openDatabase(path, { mode: 'read' });
  onTestFinished(() => void database.close());
  const rows = database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all('[]') as { detail: string }[];
  return rows.map(({ detail }) => detail).join('; ');
}

/** A ledger of schema 1, as its program left it, after a resume has opened it. */
function migrated(name: string): string {
  const path = join(tempDirectory(), 'old.db');
  const sql = new URL(`../../fixtures/schema-1/${name}.sql`, import.meta.url);
  const database = openDatabase(path, { mode: 'create' });
  database.exec(readFileSync(sql, 'utf8'));
  database.close();
  Ledger.open(path, { clock: new FakeClock() }).close();
  return path;
}

test.each([
  ['a new ledger', () => tempLedger().path],
  ['a ledger of schema 1 with open remote jobs', () => migrated('paid')],
  ['a ledger of schema 1 with results', () => migrated('half-tagged')],
])('%s finds made files by an index', (_name, pathOf) => {
  const path = pathOf();
  expect(planOf(path, RESULTS)).toContain('SEARCH outcomes USING INDEX outcomes_made_file');
  expect(planOf(path, OPEN_JOBS)).toContain('SEARCH remote_jobs USING INDEX remote_jobs_made_file');
});

test('a file that a step made, or that an open remote job makes, is known', () => {
  const { ledger, path } = tempLedger();
  givePage(ledger, 3);
  const outcome = { step: 0, reason: null, message: null, requestId: null, at: 0 };
  ledger.transaction(() => {
    const results = [{ file: uuidOf(11) }, { made: { file: uuidOf(12) } }];
    for (const [place, result] of results.entries()) {
      ledger.outcomes.put({ ...outcome, item: place + 1, state: 'done', result });
    }
    const token = JSON.stringify({ token: 't', file: uuidOf(13) });
    ledger.remoteJobs.open(3, token, 0);
  });
  const files = [11, 12, 13, 14, 1].map(uuidOf);
  const query = { path, files, publicKey: newRun().publicKey };
  const made = [11, 12, 13].map(uuidOf);
  expect(findKnownFiles({ ...query, includeItems: false }).toSorted()).toEqual(made);
  expect(findKnownFiles({ ...query, includeItems: true })).toContain(uuidOf(1));
  expect(findKnownFiles({ ...query, publicKey: 'another', includeItems: true })).toEqual([]);
});
