import { expect, test } from 'vitest';
import { moneyText, toMoney } from '../../../src/core/money.ts';
import { givePage, tempLedger } from '../../support/temp-ledger.ts';

type Ledger = ReturnType<typeof tempLedger>['ledger'];

const rule = (price: string, maxCost: string | null = null, followUp = '0') => ({
  perItem: toMoney(price),
  maxCost: maxCost === null ? null : toMoney(maxCost),
  followUp: toMoney(followUp),
});

/** Pays for items and records the intent of their request. */
function buy(ledger: Ledger, seqs: readonly number[], price: ReturnType<typeof rule>): boolean {
  return ledger.transaction(() => {
    const isTaken = ledger.paid.take({ name: 'remove_bg', step: 0, seqs, price }, null);
    if (!isTaken) return false;
    const id = ledger.attempts.begin({ step: 0, items: seqs.length, sentAt: 1, baseline: null });
    ledger.items.markSent([...seqs], id);
    return true;
  });
}

function setPrice(ledger: Ledger, price: string | null): void {
  const units = ledger.paid.spent('remove_bg');
  ledger.transaction(() =>
    ledger.costs.setPrices('EUR', [
      { step: 0, price: price === null ? null : toMoney(price), units },
    ]),
  );
}

const costOf = (ledger: Ledger) => moneyText(ledger.costs.total());

test('a purchase that exceeds the cost limit takes nothing, and one that reaches it exactly is made', () => {
  const { ledger } = tempLedger();
  const seqs = givePage(ledger, 5);
  ledger.transaction(() => ledger.items.claim(0, { now: 1, limit: 5 }));
  setPrice(ledger, '0.10');
  expect(buy(ledger, seqs.slice(0, 3), rule('0.10', '0.40'))).toBe(true);
  expect(buy(ledger, seqs.slice(3), rule('0.10', '0.40'))).toBe(false);
  expect(ledger.paid.spent('remove_bg')).toBe(3);
  expect(buy(ledger, seqs.slice(3, 4), rule('0.10', '0.40'))).toBe(true);
  expect(costOf(ledger)).toBe('0.40');
});

test('the limit keeps money for the requests of open items', () => {
  const { ledger } = tempLedger();
  const seqs = givePage(ledger, 2);
  ledger.transaction(() => ledger.items.claim(0, { now: 1, limit: 2 }));
  expect(buy(ledger, seqs, rule('0.10', '0.29', '0.05'))).toBe(false);
  expect(buy(ledger, seqs, rule('0.10', '0.30', '0.05'))).toBe(true);
});

test('an item keeps the price at which it was paid for, also if its request did nothing', () => {
  const { ledger } = tempLedger();
  const seqs = givePage(ledger, 4);
  ledger.transaction(() => ledger.items.claim(0, { now: 1, limit: 4 }));
  setPrice(ledger, '0.10');
  expect(buy(ledger, seqs.slice(0, 2), rule('0.10'))).toBe(true);
  setPrice(ledger, '0.30');
  expect(buy(ledger, seqs.slice(2), rule('0.30'))).toBe(true);
  expect(costOf(ledger)).toBe('0.80');

  const giveBack = (which: readonly number[]) =>
    ledger.transaction(() =>
      ledger.paid.giveBackAll({ name: 'remove_bg', step: 0, seqs: which, price: rule('0.30') }),
    );
  giveBack([seqs[0]!, seqs[2]!]);
  expect(costOf(ledger)).toBe('0.40');
  expect(
    ledger.costs.recorded().uncertain.map(({ price, units }) => [moneyText(price), units]),
  ).toEqual([
    ['0.10', 2],
    ['0.30', 2],
  ]);
});

test('what was paid for before the run had prices gets its first price', () => {
  const { ledger } = tempLedger();
  const seqs = givePage(ledger, 3);
  ledger.transaction(() => ledger.items.claim(0, { now: 1, limit: 3 }));
  ledger.transaction(() => ledger.paid.take({ name: 'remove_bg', step: 0, seqs }, null));
  expect(costOf(ledger)).toBe('0.00');
  setPrice(ledger, '0.08');
  expect(costOf(ledger)).toBe('0.24');
  setPrice(ledger, '0.50');
  expect(costOf(ledger)).toBe('0.24');
});
