import { expect, test } from 'vitest';
import type { EmulatedEffect } from '../../../src/cli/demo/emulator-view.ts';
import { type CleanupEvidence, proveDeletes } from '../../../src/cli/demo/prove-deletes.ts';

const deleted = (uuid: string, changed = true): EmulatedEffect => ({
  operation: 'delete',
  uuid,
  changed,
  requestId: null,
});

const good: CleanupEvidence = {
  done: ['a', 'b'],
  effects: [deleted('a'), deleted('b')],
  before: { stored: 5, unstored: 3, removed: 0 },
  after: { stored: 5, unstored: 1, removed: 2 },
};

const holds = (change: Partial<CleanupEvidence>) =>
  proveDeletes({ ...good, ...change }).map((claim) => claim.holds);

test('every selected file deleted once, nothing else touched: all claims hold', () => {
  expect(holds({})).toEqual([true, true, true, true]);
});

test('a delete that was asked for again and changed nothing is told, and is no second delete', () => {
  const evidence = { ...good, effects: [...good.effects, deleted('a', false)] };
  const claims = proveDeletes(evidence);
  expect(claims.every((claim) => claim.holds)).toBe(true);
  expect(claims[1]?.words).toContain('1 were sent again');
});

test.each([
  ['a selected file is still there', { effects: [deleted('a')] }, 0],
  ['nothing was selected', { done: [], effects: [] }, 0],
  ['a file was deleted twice', { effects: [deleted('a'), deleted('b'), deleted('a')] }, 1],
  ['a file was deleted that was not selected', { done: ['a'] }, 2],
  ['a stored file is gone', { after: { stored: 4, unstored: 1, removed: 3 } }, 2],
  [
    'something else was done',
    {
      effects: [...good.effects, { operation: 'store', uuid: 'c', changed: true, requestId: null }],
    },
    2,
  ],
  ['the counts say otherwise', { after: { stored: 5, unstored: 0, removed: 3 } }, 3],
])('%s: the claim fails', (_what, change, claim) => {
  expect(holds(change)[claim]).toBe(false);
});
