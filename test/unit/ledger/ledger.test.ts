import { statSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ClassifiedError } from '../../../src/core/failure.ts';
import { Ledger } from '../../../src/ledger/ledger.ts';
import { LedgerReader } from '../../../src/ledger/ledger-reader.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { uuidOf } from '../../support/file-json.ts';
import { givePage, newRun, statesIn, tempLedger } from '../../support/temp-ledger.ts';

const PAGE = {
  no: 1,
  cursor: null,
  next: 'page-2',
  listed: 2,
  selected: 2,
  repeated: 0,
  rejected: 0,
  firstSeq: 1,
  checkedAt: 5,
};
const ITEMS = [1, 2].map((number) => ({ key: uuidOf(number), details: null }));

test('a page, its items and its cursor are kept together or not at all', () => {
  const { ledger } = tempLedger();
  const broken = () =>
    ledger.transaction(() => {
      ledger.pages.insert(PAGE);
      ledger.items.insert(ITEMS, 1);
      throw new Error('in the middle');
    });

  expect(broken).toThrow('in the middle');
  expect(ledger.pages.last()).toBe(null);
  expect(ledger.items.counts().total).toBe(0);
  expect(ledger.items.lastSeq()).toBe(0);
});

test('a page comes back as it was, cursor and all', () => {
  const { ledger } = tempLedger();
  const next = '/files/?from=2026-01-01T00%3A00%3A00.000001%2B00%3A00&offset=0';
  ledger.transaction(() => ledger.pages.insert({ ...PAGE, next }));
  expect(ledger.pages.last()).toEqual({ ...PAGE, next });
});

test('a cursor that was walked before is a listing that leads in a circle', () => {
  const { ledger } = tempLedger();
  givePage(ledger, 1);
  givePage(ledger, 1, { cursor: 'again' });
  expect(() => givePage(ledger, 1, { cursor: 'again' })).toThrow(
    expect.objectContaining({ kind: 'fatal', code: 'looping_listing' }),
  );
  expect(ledger.items.counts().total).toBe(2);
});

test('writes of one tick share one transaction; a failed one rejects them all and keeps none', async () => {
  const { ledger, path } = tempLedger();
  givePage(ledger, 3);
  ledger.transaction(() => ledger.items.claim(0, { now: 0, limit: 3 }));
  const done = (seq: number) => () =>
    ledger.items.moveItems({ seqs: [seq], step: 0, from: 'running', to: 'done' });

  const bad = await Promise.allSettled([
    ledger.write(done(1), 'record'),
    ledger.write(() => {
      throw new Error('no');
    }, 'record'),
    ledger.write(done(2), 'record'),
  ]);
  expect(bad.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
  expect([...statesIn(path).values()]).toEqual(['running', 'running', 'running']);

  await Promise.all([ledger.write(done(1), 'record'), ledger.write(done(2), 'record')]);
  expect([...statesIn(path).values()]).toEqual(['done', 'done', 'running']);
});

test('a write is durable when it resolves, and not before its tick', async () => {
  const { ledger, path } = tempLedger();
  givePage(ledger, 1);
  const written = ledger.write(() => {
    ledger.items.take(0, [{ seq: 1 }]);
  }, 'record');
  expect([...statesIn(path).values()]).toEqual(['pending']);
  await written;
  expect([...statesIn(path).values()]).toEqual(['running']);
});

test('requests are counted with the next transaction, once, also where transactions are nested', () => {
  const { ledger } = tempLedger();
  ledger.countTraffic({ requests: 2, throttled: 1 });
  ledger.transaction(() => ledger.transaction(() => givePage(ledger, 1)));
  ledger.transaction(() => undefined);
  expect(ledger.run.get()).toMatchObject({ requests: 2, throttled: 1 });
});

test('requests counted before a transaction that failed are not lost', () => {
  const { ledger } = tempLedger();
  ledger.countTraffic({ requests: 3, throttled: 0 });
  expect(() =>
    ledger.transaction(() => {
      throw new Error('no');
    }),
  ).toThrow();
  ledger.transaction(() => undefined);
  expect(ledger.run.get().requests).toBe(3);
});

test('counters of traffic and state survive to the next process', () => {
  const { ledger, path, clock } = tempLedger();
  ledger.countTraffic({ requests: 5, throttled: 2 });
  ledger.transaction(() => {
    ledger.run.setState('interrupted', 'Stopped by the user', 77);
    ledger.run.setAsOf(10);
    ledger.run.setAsOf(20);
    ledger.run.setConfirmed(30);
    ledger.run.setWalkFinished();
  });
  ledger.close();

  const again = Ledger.open(path, { clock });
  expect(again.run.get()).toMatchObject({
    ...newRun(),
    requests: 5,
    throttled: 2,
    state: 'interrupted',
    stopReason: 'Stopped by the user',
    endedAt: 77,
    asOf: 10,
    confirmedAt: 30,
    walkFinished: true,
  });
  again.close();
});

test('another process reads while this one writes, and sees what was committed', () => {
  const { ledger, path } = tempLedger();
  givePage(ledger, 2);
  const reader = LedgerReader.open(path);
  ledger.transaction(() => {
    ledger.items.claim(0, { now: 0, limit: 1 });
    expect(reader.items.counts()).toMatchObject({ pending: 2 });
  });
  expect(reader.items.counts()).toMatchObject({ pending: 1, running: 1 });
  expect(() => reader.run.setConfirmed(1)).toThrow(/read-only/);
  reader.close();
});

test('a full disk is a failure of its own; nothing is half written, and there is a way on once there is room', () => {
  const clock = new FakeClock();
  const { ledger, path } = tempLedger({ clock });
  ledger.close();
  const maxPages = statSync(path).size / 4096 + 1;
  const full = Ledger.open(path, { clock, maxPages });
  const fill = (ledgerWithRoom: Ledger) => {
    for (let page = 0; page < 5; page += 1) givePage(ledgerWithRoom, 200);
  };

  let failure: unknown;
  try {
    fill(full);
  } catch (error) {
    failure = error;
  }
  expect(failure).toBeInstanceOf(ClassifiedError);
  expect(failure).toMatchObject({
    kind: 'fatal',
    fatalCause: 'disk-full',
    code: 'sqlite_full',
    message: expect.stringContaining('Free some space, then resume'),
  });
  const { total } = full.items.counts();
  expect(total % 200).toBe(0);
  expect(full.items.lastSeq()).toBe(total);
  expect(full.pages.last()?.no ?? 0).toBe(total / 200);
  full.close();

  const roomy = Ledger.open(path, { clock });
  fill(roomy);
  expect(roomy.items.counts().total).toBe(total + 1000);
  roomy.close();
});

test('details of an item come back with it', () => {
  const { ledger } = tempLedger();
  const details = { row: 7, note: 'ünïcode "quoted"' };
  ledger.transaction(() =>
    ledger.items.insert(
      [
        { key: 'a', details },
        { key: 'b', details: null },
      ],
      1,
    ),
  );
  const items = ledger.transaction(() => ledger.items.claim(0, { now: 0, limit: 2 }));
  expect(items).toMatchObject([
    { key: 'a', details },
    { key: 'b', details: null },
  ]);
});

test.each([
  ['only UUIDs', [uuidOf(1), uuidOf(2).toUpperCase(), uuidOf(3)]],
  ['UUIDs and other keys', [uuidOf(1), 'https://example.com/cat.jpg', uuidOf(3)]],
])('a page with %s keeps its order and its details', (_, keys) => {
  const { ledger } = tempLedger();
  givePage(ledger, 5);
  const details = [null, { row: 2 }, null];
  ledger.transaction(() => {
    ledger.items.insert(
      keys.map((key, place) => ({ key, details: details[place] ?? null })),
      2,
    );
  });
  const items = ledger.items.ofPage({ firstSeq: 6, selected: 3 });
  expect(items).toMatchObject(
    keys.map((key, place) => ({
      seq: 6 + place,
      key: key.startsWith('http') ? key : key.toLowerCase(),
      page: 2,
      details: details[place],
    })),
  );
  expect(ledger.items.counts().pending).toBe(8);
});

test('the records of a run are read in order, page by page, those of one state where asked', () => {
  const { ledger, path } = tempLedger();
  givePage(ledger, 2300);
  ledger.transaction(() => {
    ledger.items.take(0, [{ seq: 5 }, { seq: 2200 }]);
    ledger.items.moveItems({ seqs: [5, 2200], step: 0, from: 'running', to: 'skipped' });
  });
  const reader = LedgerReader.open(path);
  const all = [...reader.runItems({})].map(({ record }) => record.seq);
  expect(all).toEqual(Array.from({ length: 2300 }, (_, place) => place + 1));
  expect([...reader.runItems({ limit: 3 })]).toHaveLength(3);
  reader.close();
});

test('reasons are counted once an item, as it ended; those it went on from apart', () => {
  const { ledger } = tempLedger();
  const put = (
    item: number,
    state: 'failed' | 'skipped' | 'done',
    reason: string | null,
    step = 0,
  ) =>
    ledger.outcomes.put({
      item,
      step,
      state,
      reason,
      message: null,
      requestId: null,
      result: null,
      at: 1,
    });
  ledger.items.insert(
    [1, 2, 3, 4, 5, 6, 7].map((no) => ({ key: `item ${no}`, details: null })),
    1,
  );
  const end = (seq: number, to: 'failed' | 'skipped' | 'done', toStep: number) => {
    ledger.items.take(0, [{ seq }]);
    ledger.items.moveItems({ seqs: [seq], step: 0, from: 'running', to, toStep });
  };
  end(1, 'failed', 0);
  end(2, 'skipped', 0);
  end(3, 'skipped', 0);
  end(4, 'done', 0);
  end(5, 'skipped', 1);
  end(6, 'failed', 1);
  end(7, 'failed', 1);
  put(5, 'skipped', 'done before', 0);
  put(5, 'skipped', 'exists', 1);
  put(6, 'failed', 'http_400', 0); // onFailure: continue, and then nothing to say
  put(7, 'failed', 'http_400', 0);
  put(7, 'skipped', 'gone', 1); // ended there, as failed: no end of its own, and no going on
  put(1, 'failed', 'gave_up');
  put(2, 'skipped', 'gone');
  put(3, 'skipped', 'gone');
  put(4, 'done', null);
  put(1, 'failed', 'http_400');
  expect(ledger.outcomes.reasons()).toEqual([
    { state: 'failed', reason: 'http_400', count: 3, continuedFrom: null },
    { state: 'skipped', reason: 'gone', count: 2, continuedFrom: null },
    { state: 'skipped', reason: 'exists', count: 1, continuedFrom: null },
    { state: 'skipped', reason: 'done before', count: 1, continuedFrom: 0 },
  ]);
});
