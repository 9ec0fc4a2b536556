import { expect, test } from 'vitest';
import type { ItemState } from '../../../src/core/item-state.ts';
import { findItems, type ItemFilter } from '../../../src/ledger/find-items.ts';
import { Ledger } from '../../../src/ledger/ledger.ts';
import { LedgerReader } from '../../../src/ledger/ledger-reader.ts';
import { openDatabase } from '../../../src/ledger/open-database.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { uuidOf } from '../../support/file-json.ts';
import { toSchema } from '../../support/older-ledger.ts';
import { givePage, tempLedger } from '../../support/temp-ledger.ts';

const ENDS: readonly { readonly to: ItemState; readonly reason?: string }[] = [
  { to: 'done' },
  { to: 'failed', reason: 'http_400' },
  { to: 'failed', reason: 'gave_up' },
  { to: 'skipped', reason: 'gone' },
  { to: 'in-doubt', reason: 'lost' },
  { to: 'waiting' },
  { to: 'running' },
];

/** A ledger with 70 items: ten of each end, and 100 pending ones after them. */
function mixedLedger(): string {
  const { ledger, path } = tempLedger();
  const seqs = givePage(ledger, 170);
  ledger.transaction(() => {
    for (const seq of seqs.slice(0, 70)) {
      ledger.items.take(0, [{ seq }]);
      const { to, reason } = ENDS[seq % ENDS.length]!;
      if (to !== 'running') {
        ledger.items.moveItems({ seqs: [seq], step: 0, from: 'running', to });
      }
      if (reason === undefined) continue;
      const text = { message: `${reason} ${seq}`, requestId: null, result: null, at: 5 };
      ledger.outcomes.put({ item: seq, step: 0, state: to, reason, ...text });
    }
    // The condition of the step was false.
    const blank = { message: null, requestId: null, result: null, at: 5 };
    ledger.outcomes.put({ item: 170, step: 0, state: 'skipped', reason: 'condition', ...blank });
  });
  ledger.close();
  return path;
}

function found(path: string, filter: Partial<ItemFilter>): number[] {
  const reader = LedgerReader.open(path);
  try {
    return reader.find({ after: 0, limit: 1000, ...filter }).map(({ record }) => record.seq);
  } finally {
    reader.close();
  }
}

/** The items that end like this, without the index. */
function expected(wanted: (end: (typeof ENDS)[number]) => boolean): number[] {
  return Array.from({ length: 70 }, (_, place) => place + 1).filter((seq) =>
    wanted(ENDS[seq % ENDS.length]!),
  );
}

test.each([4, 5])('schema %i: items are found by state, step, cause and key', (schema) => {
  const path = mixedLedger();
  if (schema < 5) toSchema(path, schema);
  for (const { to, reason } of ENDS) {
    expect(found(path, { state: to })).toEqual(expected((end) => end.to === to));
    expect(found(path, { state: to, step: 0 })).toEqual(expected((end) => end.to === to));
    expect(found(path, { state: to, step: 1 })).toEqual([]);
    if (reason === undefined) continue;
    const same = expected((end) => end.reason === reason);
    expect(found(path, { state: to, reason, step: 0 })).toEqual(same);
    expect(found(path, { reason })).toEqual(same);
    expect(found(path, { state: to, reason, after: same[3]!, limit: 2 })).toEqual(same.slice(4, 6));
    expect(found(path, { reason, key: uuidOf(same[1]!) })).toEqual([same[1]]);
  }
  expect(found(path, { state: 'pending', limit: 3, after: 100 })).toEqual([101, 102, 103]);
  expect(found(path, { state: 'pending' })).toHaveLength(100);
  expect(found(path, { key: uuidOf(7), state: 'pending' })).toEqual([]);
  expect(found(path, { key: uuidOf(999) })).toEqual([]);
  expect(found(path, {})).toHaveLength(170);
});

test.each([4, 5])('schema %i: causes are counted, but not false conditions', (schema) => {
  const path = mixedLedger();
  if (schema < 5) toSchema(path, schema);
  const reader = LedgerReader.open(path);
  expect(reader.causes(3)).toMatchObject([
    { state: 'in-doubt', reason: 'lost', step: 0, count: 10, item: 4 },
    { state: 'skipped', reason: 'gone', step: 0, count: 10, item: 3 },
    { state: 'failed', reason: 'gave_up', step: 0, count: 10, item: 2 },
  ]);
  expect(reader.causes(10)).toHaveLength(4);
  reader.close();
});

test.each<Partial<ItemFilter>>([
  { state: 'failed', reason: 'gave_up', step: 0 },
  { state: 'failed' },
  { state: 'skipped' },
  { state: 'in-doubt' },
  { state: 'waiting', step: 0 },
])('a query for rare items uses an index: %j', (filter) => {
  const path = mixedLedger();
  const database = openDatabase(path, { mode: 'read' });
  const statements: string[] = [];
  const watched = {
    prepare: (sql: string) => {
      statements.push(sql);
      return database.prepare(sql);
    },
    pragma: database.pragma.bind(database),
  } as typeof database;
  const counts = LedgerReader.open(path);
  findItems(watched, { after: 0, limit: 10, ...filter }, counts.items.counts());
  counts.close();
  const plan = database
    .prepare(`EXPLAIN QUERY PLAN ${statements.at(-1)}`)
    .all({ after: 0, limit: 10, state: 6, reason: 'x', step: 0 }) as { detail: string }[];
  expect(plan[0]?.detail).toMatch(/USING (COVERING )?INDEX (outcomes_causes|items_open)/);
  database.close();
});

test.each([1, 2, 3, 4])('the migration of a ledger of schema %i makes the index', (schema) => {
  const path = mixedLedger();
  toSchema(path, schema);
  Ledger.open(path, { clock: new FakeClock() }).close();
  const database = openDatabase(path, { mode: 'read' });
  const rows = database.prepare(
    "SELECT count(*) FROM outcomes INDEXED BY outcomes_causes WHERE state IN (3, 5, 6) AND reason IS NOT 'condition'",
  );
  expect(rows.pluck().get()).toBe(40);
  database.close();
});
