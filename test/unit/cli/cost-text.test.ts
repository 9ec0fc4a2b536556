// Tests src/cli/cost-text.ts.
import { expect, test } from 'vitest';
import { runCostRows } from '../../../src/cli/cost-text.ts';
import type { RunCost } from '../../../src/state/run-cost.ts';

const REQUESTS = {
  step: null,
  name: 'request',
  units: 9214,
  reserved: 0,
  price: '0.000002',
  amount: '0.018428',
  prices: [],
  planned: null,
};
const COST: RunCost = {
  currency: 'EUR',
  atMost: '0.018428',
  certain: '0.018428',
  planned: null,
  limit: '25.00',
  kept: null,
  parts: [REQUESTS],
  unpriced: [],
};

test.each<[Partial<RunCost>, string[]]>([
  [{}, ['0.018428 EUR (limits.cost: 25.00 EUR)']],
  [{ kept: '0.00' }, ['0.018428 EUR (limits.cost: 25.00 EUR)']],
  [
    { certain: '0.017428', parts: [{ ...REQUESTS, reserved: 500 }], kept: '0.06' },
    [
      'at most 0.018428 EUR (0.017428 EUR of it certain; limits.cost: 25.00 EUR)',
      'requests: 0.018428 EUR (9,214 requests, 500 of them reserved and not sent)',
      'kept: 0.06 EUR of limits.cost, for further requests of items in progress',
    ],
  ],
])('the rows of the cost of a run: %j', (cost, texts) => {
  const rows = runCostRows({ cost: { ...COST, ...cost }, labels: null });
  expect(rows.map(([, text]) => text)).toEqual(texts);
});
