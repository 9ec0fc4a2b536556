import { expect, test } from 'vitest';
import { givePage, tempLedger } from '../../support/temp-ledger.ts';

test('a purchase that the limit has not enough places for takes none of them', () => {
  const { ledger } = tempLedger();
  const seqs = givePage(ledger, 5);
  const take = (wanted: readonly number[], limit: number | null) =>
    ledger.transaction(() => ledger.paid.take({ name: 'remove_bg', step: 0, seqs: wanted }, limit));
  expect(take(seqs.slice(0, 3), 4)).toBe(true);
  expect(take(seqs.slice(3), 4)).toBe(false);
  expect(ledger.paid.spent('remove_bg')).toBe(3);
  expect(take(seqs.slice(3, 4), 4)).toBe(true);
  expect(take(seqs.slice(4), null)).toBe(true);
  expect(ledger.paid.spent('remove_bg')).toBe(5);
});
