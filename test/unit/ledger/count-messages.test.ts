import { expect, test } from 'vitest';
import type { ItemState } from '../../../src/core/item-state.ts';
import { uuidOf } from '../../support/file-json.ts';
import { givePage, tempLedger } from '../../support/temp-ledger.ts';

function ledgerWith(
  count: number,
  outcome: (n: number) => { state: ItemState; message: string | null; step?: number },
) {
  const { ledger } = tempLedger();
  const seqs = givePage(ledger, count);
  ledger.transaction(() => {
    for (const [n, item] of seqs.entries()) {
      const { step = 0, ...rest } = outcome(n);
      const facts = { reason: 'http_400', requestId: `req-${n}`, result: null, at: 5 };
      ledger.outcomes.put({ item, step, ...facts, ...rest });
    }
  });
  return { ledger, seqs };
}

test('messages that differ only in numbers and UUIDs count as one, with the first item as example', () => {
  const { ledger } = ledgerWith(2500, (n) => ({
    state: 'failed',
    message: n % 5 === 4 ? 'Bad name' : `File ${uuidOf(n)} is ${n} bytes too large`,
  }));
  expect(ledger.outcomes.messages(10)).toMatchObject([
    { count: 2000, message: `File ${uuidOf(0)} is 0 bytes too large`, requestId: 'req-0' },
    { count: 500, message: 'Bad name', requestId: 'req-4', state: 'failed', step: 0 },
  ]);
});

test('the state and the step make different causes; other states are left out', () => {
  const states: ItemState[] = ['failed', 'in-doubt', 'skipped', 'done'];
  const { ledger } = ledgerWith(8, (n) => ({
    state: states[n % 4]!,
    step: n < 4 ? 0 : 1,
    message: null,
  }));
  const counted = ledger.outcomes.messages(10);
  expect(counted.map(({ state, step, count }) => [state, step, count])).toEqual([
    ['failed', 0, 1],
    ['in-doubt', 0, 1],
    ['failed', 1, 1],
    ['in-doubt', 1, 1],
  ]);
  expect(ledger.outcomes.messages(2)).toHaveLength(2);
});
