import { expect, test } from 'vitest';
import { itemsTable } from '../../../src/cli/items-table.ts';
import { wrapText } from '../../../src/progress/wrap-text.ts';
import type { ItemReport } from '../../../src/state/run-status.ts';
import { itemReport } from '../../support/item-report.ts';

const KEY = '00000000-0000-4000-8000-000000000001';
const MADE = '00000000-0000-4000-8000-00000000000a';

function item(fields: Partial<ItemReport> = {}): ItemReport {
  return itemReport({ key: KEY, ...fields });
}

test('items are a table without tabs; a column fits its longest cell', () => {
  const failed = item({
    state: 'failed',
    step: '10-info',
    reason: 'gone',
    message: 'no such file',
  });
  expect(itemsTable([item(), failed])).toBe(
    `${KEY}  done    1-store\n${KEY}  failed  10-info  gone: no such file`,
  );
});

test('a long URL does not push the cells of other items to the right', () => {
  const url = `https://example.com/${'x'.repeat(100)}`;
  expect(itemsTable([item({ key: url }), item()])).toContain(`\n${KEY}  done  1-store`);
});

test('the results of earlier steps follow the result of the last one', () => {
  const earlierSteps = {
    cut: { state: 'done', result: { file: MADE } },
    seen: { state: 'done', result: { uuid: 'u', storedAt: null, filename: 'f', size: 1 } },
    label: { state: 'skipped', reason: 'condition' },
  };
  const done = item({ step: '3-tags', result: { tags: ['a'] }, earlierSteps });
  expect(itemsTable([done])).toBe(
    `${KEY}  done  3-tags  tags=a (cut: file=${MADE}) (seen: uuid=u filename=f …) (label: skipped, condition)`,
  );
});

test('a terminal of 80 or 50 columns breaks no UUID', () => {
  const table = itemsTable([item({ step: '1-addon/remove_bg', result: { file: MADE, size: 1 } })]);
  for (const width of [79, 49]) {
    const lines = wrapText(table, width).split('\n');
    expect(lines.every((line) => line.length <= width)).toBe(true);
    expect(lines.filter((line) => line.includes(KEY))).toHaveLength(1);
    expect(lines.filter((line) => line.includes(MADE))).toHaveLength(1);
  }
});
