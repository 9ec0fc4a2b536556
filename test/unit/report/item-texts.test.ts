import { expect, test } from 'vitest';
import { itemTexts } from '../../../src/report/item-texts.ts';
import { uuidOf } from '../../support/file-json.ts';
import { movedRun } from '../../support/moved-run.ts';

test('a row has what the item ended with, and what its earlier steps left', () => {
  const run = movedRun(
    ['addon/remove_bg', 'store'],
    [
      { key: uuidOf(1), results: [{ file: uuidOf(2) }, null] },
      { key: uuidOf(3), results: [null], state: 'failed', reason: 'problem' },
      { key: uuidOf(4), results: [] },
    ],
  );
  const [text] = [[...itemTexts(run, { format: 'json' })].join('')];
  const { rows } = JSON.parse(text ?? '');
  expect(rows).toMatchObject([
    {
      item: uuidOf(1),
      state: 'done',
      step: '2-store',
      operation: 'store',
      result: null,
      earlierSteps: { '1-addon/remove_bg': { state: 'done', result: { file: uuidOf(2) } } },
    },
    { item: uuidOf(3), state: 'failed', reason: 'problem', at: '2023-11-14T22:13:20.000Z' },
    { item: uuidOf(4), state: 'pending', at: null, earlierSteps: {} },
  ]);
});

test('states narrow the rows down; results stay with their items across pages', () => {
  const run = movedRun(
    ['copy-local'],
    Array.from({ length: 2100 }, (_, place) => ({
      key: uuidOf(place),
      results: place % 7 === 0 ? [null] : [{ file: uuidOf(100_000 + place) }],
      state: place % 7 === 0 ? ('failed' as const) : ('done' as const),
    })),
  );
  const failed = [...itemTexts(run, { format: 'ndjson', states: ['failed'] })];
  expect(failed).toHaveLength(300);
  const done = [...itemTexts(run, { format: 'ndjson', states: ['done'] })];
  expect(done).toHaveLength(1800);
  for (const line of done) {
    const { item, result } = JSON.parse(line);
    expect(Number(result.file.slice(-12))).toBe(Number(item.slice(-12)) + 100_000);
  }
});

test('a spreadsheet computes no cell, and quotes, commas and lines stay in theirs', () => {
  const keys = ['=HYPERLINK("x")', '+1', '-1', '@a', '\tb', '\rc', '＝1', 'a "b", c\nd'];
  const run = movedRun(
    ['upload'],
    keys.map((key) => ({ key, results: [null] })),
  );
  const cells = [...itemTexts(run, { format: 'csv' })].slice(1).map((line) => {
    return /^"run-1",("(?:[^"]|"")*"),/u.exec(line)?.[1];
  });
  expect(cells).toEqual([
    '"\'=HYPERLINK(""x"")"',
    '"\'+1"',
    '"\'-1"',
    '"\'@a"',
    '"\'\tb"',
    '"\'\rc"',
    '"\'＝1"',
    '"a ""b"", c\nd"',
  ]);
});

test('JSON can be printed: what turns text round or moves a cursor is escaped', () => {
  const run = movedRun(['upload'], [{ key: 'a\u202egpj.exe\u009b2J', results: [null] }]);
  const [line = ''] = itemTexts(run, { format: 'ndjson' });
  expect(line).toContain('a\\u202egpj.exe\\u009b2J');
  expect(JSON.parse(line).item).toBe('a\u202egpj.exe\u009b2J');
});
