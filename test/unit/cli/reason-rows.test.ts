import { expect, test } from 'vitest';
import { reasonRows } from '../../../src/cli/reason-rows.ts';

const SKIPPED = { state: 'skipped', reason: 'done before' } as const;
const OTHER = { state: 'failed', reason: 'http_400', count: 2 } as const;

function texts(...reasons: Parameters<typeof reasonRows>[0]): string[] {
  return reasonRows(reasons).map(({ state, count, text }) => `${state} ${count} ${text}`);
}

test.each([
  [[{ ...SKIPPED, count: 3 }], 'skipped 3 done before'],
  [[{ ...SKIPPED, count: 3, step: 'scan' }], 'skipped 3 done before at step scan; continued'],
  [
    [
      { ...SKIPPED, count: 1200, step: 'scan' },
      { ...SKIPPED, count: 90, step: 'label' },
    ],
    'skipped 1,290 done before at steps scan (1,200), label (90); continued',
  ],
  [
    [
      { ...SKIPPED, count: 80 },
      { ...SKIPPED, count: 100, step: 'scan' },
    ],
    'skipped 80 done before; continued after it at step scan (100)',
  ],
])('a reason has one row, whatever the number of its steps: %#', (reasons, expected) => {
  expect(texts(OTHER, ...reasons)).toEqual(['failed 2 http_400', expected]);
});

test('the same reason of failed and of skipped items has two rows', () => {
  expect(texts(OTHER, { ...OTHER, state: 'done' })).toEqual([
    'failed 2 http_400',
    'warning 2 http_400',
  ]);
});
