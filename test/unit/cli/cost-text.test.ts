// Tests src/cli/cost-text.ts.
import { expect, test } from 'vitest';
import { costRows, runCostRows } from '../../../src/cli/cost-text.ts';
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

const STEP_PART = { step: 'cut', name: 'remove_bg', units: 200, price: '0.10', amount: '20.00' };
const REQUEST_PART = { step: null, name: 'request', units: 11, price: '0.002', amount: '0.022' };

test.each([
  [
    [STEP_PART],
    '20.00',
    ['at most 20.00 EUR', 'step cut: at most 20.00 EUR, 200 x 0.10 EUR (remove_bg)'],
  ],
  // The number of polls and retries is not known before the run.
  [
    [STEP_PART, REQUEST_PART],
    '20.022',
    [
      'about 20.022 EUR',
      'step cut: at most 20.00 EUR, 200 x 0.10 EUR (remove_bg)',
      'requests: about 0.022 EUR, 11 x 0.002 EUR',
    ],
  ],
])('the cost in a plan is an estimate only if it includes requests', (parts, total, texts) => {
  const rows = costRows({ currency: 'EUR', total, limit: null, parts, unpriced: [] });
  expect(rows.map(([, text]) => text)).toEqual(texts);
});
