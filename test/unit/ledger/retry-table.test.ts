import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import type { ItemState } from '../../../src/core/item-state.ts';
import { inspectLedger } from '../../../src/ledger/inspect-ledger.ts';
import { givePage, tempLedger } from '../../support/temp-ledger.ts';

const RETRY = {
  at: 7,
  codes: ['http_400'],
  condition: null,
  items: 1,
  confirmed: { remove_bg: 1 },
};

/** A ledger whose first item ended in a state at the first step, with its outcome. */
function ended(state: ItemState) {
  const { ledger, path } = tempLedger();
  const [seq = 0] = givePage(ledger, 3);
  ledger.transaction(() => {
    ledger.items.claim(0, { now: 1, limit: 1 });
    const move = { seqs: [seq], step: 0, from: 'running', to: state, attempts: 4 } as const;
    ledger.items.moveItems(move);
    const record = { item: seq, step: 0, state, reason: 'http_400', message: 'no' };
    const rest = { requestId: 'r-1', result: null, at: 5 };
    ledger.outcomes.put({ ...record, ...rest, ...(state === 'failed' && { effect: 'none' }) });
  });
  const reopen = (step = 0) =>
    ledger.transaction(() => {
      ledger.retries.reopen(ledger.retries.begin(RETRY), { step, seqs: [seq] });
    });
  return { ledger, path, seq, reopen };
}

function rows(path: string, sql: string): unknown[] {
  const database = new Database(path, { readonly: true });
  try {
    return database.prepare(sql).all();
  } finally {
    database.close();
  }
}

test('a failed item is pending again without attempts, and its failure is kept', () => {
  const { ledger, path, seq, reopen } = ended('failed');
  reopen();
  expect(ledger.items.counts()).toMatchObject({ pending: 3, failed: 0 });
  expect(inspectLedger(path)).toEqual([]);
  expect(ledger.transaction(() => ledger.items.claim(0, { now: 1, limit: 1 }))).toMatchObject([
    { seq, attempts: 0, openSends: 0 },
  ]);
  expect(rows(path, 'SELECT * FROM retries')).toEqual([
    {
      id: 1,
      at: 7,
      codes: '["http_400"]',
      condition: null,
      items: 1,
      confirmed: '{"remove_bg":1}',
    },
  ]);
  expect(rows(path, 'SELECT * FROM retried_items')).toEqual([
    {
      retry: 1,
      item: seq,
      step: 0,
      effect: 'none',
      attempts: 4,
      code: 'http_400',
      message: 'no',
      request_id: 'r-1',
      failed_at: 5,
    },
  ]);
  expect(rows(path, 'SELECT * FROM outcomes')).toEqual([]);
  expect(rows(path, 'SELECT * FROM failed_effects')).toEqual([]);
});

test.each(['done', 'skipped', 'in-doubt', 'waiting'] as const)(
  'an item that is %s is never reopened, and nothing is recorded',
  (state) => {
    const { ledger, path, reopen } = ended(state);
    expect(() => reopen()).toThrow(/1 items should be retried at step 0, 0 had failed/);
    expect(ledger.items.counts()[state]).toBe(1);
    expect(rows(path, 'SELECT * FROM retries')).toEqual([]);
  },
);

test('an item that failed at another step is never reopened', () => {
  const { reopen } = ended('failed');
  expect(() => reopen(1)).toThrow(/0 had failed/);
});
