import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { ITEM_STATES, type ItemState, isTransition } from '../../../src/core/item-state.ts';
import { givePage, tempLedger } from '../../support/temp-ledger.ts';

const NOW = 1_000_000;

function setup(count = 10) {
  const { ledger, path } = tempLedger();
  const seqs = givePage(ledger, count);
  const claim = (limit: number, step = 0) =>
    ledger.transaction(() => ledger.items.claim(step, { now: NOW, limit })).map(({ seq }) => seq);
  const move = (change: Parameters<typeof ledger.items.moveItems>[0]) =>
    ledger.transaction(() => ledger.items.moveItems(change));
  /** The counters against the items themselves. */
  const expectCountersToHold = () => {
    const database = new Database(path, { readonly: true });
    const counted = database
      .prepare(
        'SELECT step, state, count(*) AS count FROM items GROUP BY step, state ORDER BY 1, 2',
      )
      .all();
    const kept = database
      .prepare('SELECT step, state, count FROM counters WHERE count <> 0 ORDER BY 1, 2')
      .all();
    database.close();
    expect(kept).toEqual(counted);
  };
  return { ledger, path, seqs, claim, move, expectCountersToHold };
}

test('items move together, with their counters', () => {
  const { ledger, move, claim, expectCountersToHold } = setup();
  const [one, two, ...rest] = claim(4);
  move({ seqs: [one!], step: 0, from: 'running', to: 'done' });
  move({ seqs: [two!], step: 0, from: 'running', to: 'pending', toStep: 1 });
  move({ seqs: rest, step: 0, from: 'running', to: 'failed' });

  expect(ledger.items.counts()).toMatchObject({
    pending: 7,
    running: 0,
    done: 1,
    failed: 2,
    total: 10,
  });
  expect(ledger.items.countsByStep().get(1)).toMatchObject({ pending: 1, total: 1 });
  expectCountersToHold();
});

/** Brings a new item to a state by allowed moves. */
function itemIn(state: ItemState): ReturnType<typeof setup> & { seq: number } {
  const bench = setup(1);
  const seq = bench.seqs[0]!;
  if (state !== 'pending') bench.claim(1);
  if (state !== 'pending' && state !== 'running') {
    bench.move({ seqs: [seq], step: 0, from: 'running', to: state });
  }
  return { ...bench, seq };
}

const PAIRS = ITEM_STATES.flatMap((from) => ITEM_STATES.map((to) => [from, to] as const));

test.each(PAIRS.filter(([from, to]) => isTransition(from, to)))(
  'an item moves from %s to %s',
  (from, to) => {
    const { ledger, move, seq, expectCountersToHold } = itemIn(from);
    move({ seqs: [seq], step: 0, from, to });
    expect(ledger.items.counts()[to]).toBe(1);
    expectCountersToHold();
  },
);

test.each(PAIRS.filter(([from, to]) => !isTransition(from, to)))(
  'an item never moves from %s to %s',
  (from, to) => {
    const { ledger, move, seq, expectCountersToHold } = itemIn(from);
    expect(() => move({ seqs: [seq], step: 0, from, to })).toThrow(
      `An item can't move from ${from} to ${to}`,
    );
    expect(ledger.items.counts()[from]).toBe(1);
    expectCountersToHold();
  },
);

test.each(['running', 'waiting', 'in-doubt'] as const)(
  'pending items are not moved as if they were %s, and nothing of the move is kept',
  (from) => {
    const { ledger, move, seqs, expectCountersToHold } = setup(3);

    expect(() => move({ seqs, step: 0, from, to: 'done' })).toThrow('3 items should move');
    expect(ledger.items.counts()).toMatchObject({ pending: 3, total: 3 });
    expectCountersToHold();
  },
);

test('a move of which one item is elsewhere moves none', () => {
  const { ledger, move, claim, seqs, expectCountersToHold } = setup(3);
  claim(2);

  expect(() => move({ seqs, step: 0, from: 'running', to: 'done' })).toThrow('2 were there');
  expect(() => move({ seqs: [1, 1], step: 0, from: 'running', to: 'done' })).toThrow();
  expect(() => move({ seqs: [1], step: 1, from: 'running', to: 'done' })).toThrow();
  expect(ledger.items.counts()).toMatchObject({ running: 2, pending: 1 });
  expectCountersToHold();
});

test('fresh items are claimed in the order of the selection', () => {
  const { claim } = setup(5);
  expect([claim(2), claim(2), claim(2), claim(2)]).toEqual([[1, 2], [3, 4], [5], []]);
});

test('what is due again is claimed before anything fresh, the longest due first', () => {
  const { claim, move } = setup(6);
  claim(3);
  move({ seqs: [1], step: 0, from: 'running', to: 'pending', notBefore: NOW });
  move({ seqs: [2], step: 0, from: 'running', to: 'pending', notBefore: NOW - 5 });
  move({ seqs: [3], step: 0, from: 'running', to: 'pending', notBefore: NOW + 1 });

  expect(claim(10)).toEqual([2, 1]);
  expect(claim(10)).toEqual([4, 5, 6]);
  expect(claim(10)).toEqual([]);
});

test('the ledger knows when the next postponed item is due', () => {
  const { ledger, claim, move } = setup(3);
  expect(ledger.due.nextDue(0)).toBe(null);
  claim(2);
  move({ seqs: [1], step: 0, from: 'running', to: 'pending', notBefore: NOW + 9 });
  move({ seqs: [2], step: 0, from: 'running', to: 'pending', notBefore: NOW + 4 });
  expect(ledger.due.nextDue(0)).toBe(NOW + 4);
  expect(ledger.due.nextDue(1)).toBe(null);
});

test('a send is open from its intent until it is known to have had no effect, or is settled', () => {
  const { ledger, claim, move } = setup(1);
  const item = () => ledger.items.ofPage({ firstSeq: 1, selected: 1 })[0]!;
  const send = (sentAt: number) =>
    ledger.transaction(() => {
      const attempt = ledger.attempts.begin({ step: 0, items: 1, sentAt });
      ledger.items.markSent([1], attempt);
      return attempt;
    });
  const back = { seqs: [1], step: 0, from: 'running', to: 'pending' } as const;

  claim(1);
  send(100);
  expect(item()).toMatchObject({ openSends: 1, sentAt: 100 });
  move({ ...back, openSends: 0, attempts: 1, notBefore: 5 });
  claim(1);
  const second = send(200);
  ledger.transaction(() => ledger.attempts.resend(second, 250));
  expect(item()).toMatchObject({ openSends: 2, sentAt: 250, attempts: 1 });
  move({ ...back, openSends: -1 });
  expect(item()).toMatchObject({ openSends: 1 });
  claim(1);
  move({ ...back, openSends: 'clear' });
  expect(item()).toMatchObject({ openSends: 0, sentAt: null, attempts: 1 });
});

test('an item that goes on to the next step begins there with no attempts', () => {
  const { ledger, claim, move } = setup(1);
  claim(1);
  move({ seqs: [1], step: 0, from: 'running', to: 'pending', attempts: 1 });
  claim(1);
  move({ seqs: [1], step: 0, from: 'running', to: 'pending', toStep: 1, openSends: 'clear' });
  expect(ledger.items.ofPage({ firstSeq: 1, selected: 1 })).toMatchObject([
    { step: 1, state: 'pending', attempts: 0 },
  ]);
});

test('a late answer belongs to the items that are in doubt because of its own attempt', () => {
  const { ledger, claim, move } = setup(4);
  claim(4);
  const begin = (seqs: number[]) =>
    ledger.transaction(() => {
      const attempt = ledger.attempts.begin({ step: 0, items: seqs.length, sentAt: 100 });
      ledger.items.markSent(seqs, attempt);
      return attempt;
    });
  const attempt = begin([1, 2, 3]);
  const later = begin([3, 4]);
  move({ seqs: [1, 3, 4], step: 0, from: 'running', to: 'in-doubt' });
  const lost = (id: number, step = 0) =>
    ledger.items.lost({ step, seqs: [1, 2, 3, 4], attempt: id }).map(({ seq }) => seq);
  // Item 2 is still running, and item 3 was sent again.
  expect(lost(attempt)).toEqual([1]);
  expect(lost(later)).toEqual([3, 4]);
  expect(lost(attempt, 1)).toEqual([]);
});

test('an intent for items that are not running is refused', () => {
  const { ledger, claim } = setup(2);
  claim(1);
  expect(() => ledger.transaction(() => ledger.items.markSent([1, 2], 7))).toThrow(
    '1 of them are running',
  );
});

test('an item that was started is not removed from the selection', () => {
  const { ledger, claim, expectCountersToHold } = setup(3);
  claim(1);
  ledger.transaction(() => ledger.selection.remove([1, 3]));
  expect(ledger.selection.keysAfter(0, 9).map(({ seq }) => seq)).toEqual([1, 2]);
  expectCountersToHold();
});

test('waiting items that are due are named and stay as they are; what is due later is known', () => {
  const { ledger, claim, move, expectCountersToHold } = setup(3);
  claim(3);
  move({ seqs: [1, 2], step: 0, from: 'running', to: 'waiting', notBefore: NOW });
  move({ seqs: [3], step: 0, from: 'running', to: 'waiting', notBefore: NOW + 1 });
  const due = () => ledger.items.dueWaiting(0, { now: NOW, limit: 9 }).map(({ seq }) => seq);

  expect([due(), due()]).toEqual([
    [1, 2],
    [1, 2],
  ]);
  expect(ledger.due.nextWaiting(0, NOW)).toBe(NOW + 1);
  expect(ledger.due.nextWaiting(0, NOW + 1)).toBe(null);
  expectCountersToHold();
});

test('whether a claim would find something is told without one', () => {
  const { ledger, claim, move } = setup(1);
  expect(ledger.due.isAnyReady(0, NOW)).toBe(true);
  claim(1);
  expect(ledger.due.isAnyReady(0, NOW)).toBe(false);
  move({ seqs: [1], step: 0, from: 'running', to: 'pending', notBefore: NOW + 1 });
  expect([NOW, NOW + 1].map((now) => ledger.due.isAnyReady(0, now))).toEqual([false, true]);
});

test('what a wrong clock postponed is due now, but what was sent has its settle time before it', () => {
  const { ledger, claim, move } = setup(2);
  const seqs = claim(2);
  ledger.transaction(() => {
    const attempt = ledger.attempts.begin({ step: 0, items: 1, sentAt: NOW });
    ledger.items.markSent([1], attempt);
  });
  const tomorrow = NOW + 86_400_000;
  move({ seqs, step: 0, from: 'running', to: 'pending', notBefore: tomorrow });

  const times = { now: NOW, limit: NOW + 1_800_000, settled: NOW + 600_000 };
  ledger.transaction(() => ledger.due.dueNow(times));

  expect(claim(2)).toEqual([2]);
  expect(ledger.due.nextDue(0)).toBe(NOW + 600_000);
});
