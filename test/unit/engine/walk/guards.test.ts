import { expect, test } from 'vitest';
import { stateCounts } from '../../../../src/core/state-counts.ts';
import { checkFailures, checkSelection, type Guards } from '../../../../src/engine/walk/guards.ts';

const NONE: Guards = { maxItems: null, maxShare: null, maxFailures: null, canary: null };
const walked = (selected: number, listed: number | null = selected) => ({
  listed,
  selected,
  effects: [],
});
/** The same with a delete of each item at each of two steps. */
const walkedTwice = (selected: number, listed: number | null = selected) => ({
  listed,
  selected,
  effects: [
    { kind: 'pay', name: 'remove_bg', steps: 1, items: selected, count: selected, limit: null },
    { kind: 'delete', name: 'delete', steps: 2, items: selected, count: 2 * selected, limit: null },
  ] as const,
});
const counts = (failed: number, done: number) => stateCounts({ failed, done });

test('a selection of just as many items as allowed goes on, one more does not', () => {
  const guards = { ...NONE, maxItems: 10 };
  expect(checkSelection(guards, walked(10))).toBe(null);
  expect(checkSelection(guards, walked(11))).toContain(
    '11 items, more than guard.maxItems allows (10)',
  );
  expect(checkSelection({ ...NONE, maxItems: 0 }, walked(1))).toContain('(0)');
  expect(checkSelection(NONE, walked(1e9))).toBe(null);
});

test('a share of the listing is judged at its end', () => {
  const guards = { ...NONE, maxShare: 0.2 };
  expect(checkSelection(guards, walked(20, 100))).toBe(null);
  expect(checkSelection(guards, walked(21, 100))).toContain(
    '21 of the 100 items that the source lists, more than guard.maxShare allows (20%)',
  );
  expect(checkSelection(guards, walked(90, null))).toBe(null);
  expect(checkSelection(guards, walked(0, 0))).toBe(null);
});

test('guards count the effects of the operation that has the most', () => {
  expect(checkSelection({ ...NONE, maxItems: 80 }, walkedTwice(40))).toBe(null);
  expect(checkSelection({ ...NONE, maxItems: 79 }, walkedTwice(40))).toBe(
    'The run would delete 80 files (2 steps x 40 items), more than guard.maxItems allows (79).',
  );
  expect(checkSelection({ ...NONE, maxShare: 0.5 }, walkedTwice(25, 100))).toBe(null);
  expect(checkSelection({ ...NONE, maxShare: 0.5 }, walkedTwice(26, 100))).toBe(
    'The run would delete 52 files (2 steps x 26 items) of the 100 items that the source lists, more than guard.maxShare allows (50%).',
  );
  expect(checkSelection({ ...NONE, maxShare: 0.5 }, walkedTwice(99, null))).toBe(null);
});

test('as many failures as allowed go on, one more does not', () => {
  const guards: Guards = { ...NONE, maxFailures: { count: 3 } };
  expect(checkFailures(guards, counts(3, 0))).toBe(null);
  expect(checkFailures(guards, counts(4, 1000))).toContain('4 items failed');
  expect(checkFailures({ ...NONE, maxFailures: { count: 0 } }, counts(1, 0))).toContain('(0)');
  expect(checkFailures({ ...NONE, maxFailures: { count: 0 } }, counts(0, 5))).toBe(null);
  expect(checkFailures(NONE, counts(1e6, 0))).toBe(null);
});

test('a share is of what has its outcome, and says nothing of a handful', () => {
  const guards: Guards = { ...NONE, maxFailures: { share: 0.01 } };
  expect(checkFailures(guards, counts(10, 0))).toBe(null);
  expect(checkFailures(guards, counts(11, 0))).toContain('(1%)');
  expect(checkFailures(guards, counts(100, 9900))).toBe(null);
  expect(checkFailures(guards, counts(101, 9899))).toContain('101 of 10,000 items');
});
