import { expect, test } from 'vitest';
import { stateCounts } from '../../../src/core/state-counts.ts';
import { MAX_SAMPLES, readEvents } from '../../../src/ledger/activity-tables.ts';
import type { Ledger } from '../../../src/ledger/ledger.ts';
import { LedgerReader } from '../../../src/ledger/ledger-reader.ts';
import { openDatabase } from '../../../src/ledger/open-database.ts';
import { tempLedger } from '../../support/temp-ledger.ts';

function add(ledger: Ledger, at: number, done: number): void {
  const counts = stateCounts({ done });
  ledger.transaction(() => ledger.activity.addSample({ at, rate: 10, closedMs: 0, counts }));
}

function read(path: string, windowMs = Number.MAX_SAFE_INTEGER) {
  const reader = LedgerReader.open(path);
  try {
    return reader.activity(windowMs);
  } finally {
    reader.close();
  }
}

const times = (path: string, windowMs?: number) => read(path, windowMs).samples.map(({ at }) => at);

test('a sample has the numbers of its moment, also those that this transaction adds', () => {
  const { ledger, path } = tempLedger();
  ledger.countTraffic({ requests: 7, throttled: 1 });
  ledger.transaction(() => ledger.activity.setProcess({ pid: 12, host: 'mars', startedAt: 5 }));
  add(ledger, 1000.4, 3);
  expect(read(path)).toEqual({
    process: { pid: 12, host: 'mars', startedAt: 5 },
    samples: [
      {
        at: 1000,
        rate: 10,
        requests: 7,
        throttled: 1,
        closedMs: 0,
        done: 3,
        skipped: 0,
        failed: 0,
        inDoubt: 0,
        waiting: 0,
      },
    ],
  });
});

test('while nothing changes, only the first and the last sample stay', () => {
  const { ledger, path } = tempLedger();
  for (let at = 0; at <= 100_000; at += 5000) add(ledger, at, 3);
  expect(times(path)).toEqual([0, 100_000]);
  add(ledger, 105_000, 4);
  add(ledger, 110_000, 5);
  expect(times(path)).toEqual([0, 100_000, 105_000, 110_000]);
});

test('the samples of a window come with the one before it', () => {
  const { ledger, path } = tempLedger();
  for (let at = 0; at <= 60_000; at += 7000) add(ledger, at, at);
  expect(times(path, 10_000)).toEqual([42_000, 49_000, 56_000]);
  expect(times(path, 14_000)).toEqual([42_000, 49_000, 56_000]);
});

test('old samples are thinned out, so that the table stays small', () => {
  const { ledger, path } = tempLedger();
  ledger.transaction(() => {
    for (let no = 1; no <= MAX_SAMPLES + 500; no += 1) {
      const counts = stateCounts({ done: no });
      ledger.activity.addSample({ at: no * 5000, rate: 10, closedMs: 0, counts });
    }
  });
  const kept = times(path);
  expect(kept.length).toBeLessThanOrEqual(MAX_SAMPLES);
  expect(kept.length).toBeGreaterThan(MAX_SAMPLES / 3);
  expect(kept[0]).toBe(5000);
  expect(kept.at(-1)).toBe((MAX_SAMPLES + 500) * 5000);
  // The newest ones are still close together.
  expect(kept.at(-1)! - kept.at(-2)!).toBe(5000);
});

test('a clock that is set back takes the place of old samples and never fails', () => {
  const { ledger, path } = tempLedger();
  for (const at of [0, 5000, 10_000, 5000, 7000]) add(ledger, at, at + 1);
  expect(times(path)).toEqual([0, 5000, 7000, 10_000]);
});

test('the next sample writes the events, and only the newest thousand stay', () => {
  const { ledger, path } = tempLedger();
  for (let no = 1; no <= 1500; no += 1) {
    ledger.activity.note({ at: no, kind: 'waiting', text: `wait ${no}` });
  }
  add(ledger, 2000, 1);
  const database = openDatabase(path, { mode: 'read' });
  const events = readEvents(database);
  database.close();
  expect(events).toHaveLength(1000);
  expect(events.at(-1)).toEqual({ at: 1500, kind: 'waiting', text: 'wait 1500' });
});
