import { expect, test } from 'vitest';
import type { EmulatedEffect } from '../../../src/cli/demo/emulator-view.ts';
import { proveCopies } from '../../../src/cli/demo/prove-copies.ts';

const copy = (uuid: string): EmulatedEffect => {
  return { operation: 'local_copy', uuid, changed: true, requestId: null };
};
const ITEMS = [
  { key: 'one', state: 'done' },
  { key: 'two', state: 'done' },
] as const;

test.each([
  ['every copy once', ITEMS, [copy('one'), copy('two')], [true, true, true]],
  ['a lost item', ITEMS, [copy('one')], [false, true, false]],
  [
    'a copy that was made twice',
    ITEMS,
    [copy('one'), copy('two'), copy('two')],
    [true, false, false],
  ],
  [
    'an item that failed',
    [ITEMS[0], { key: 'two', state: 'failed' } as const],
    [copy('one'), copy('two')],
    [false, true, true],
  ],
  ['no items', [], [], [false, true, true]],
])('%s', (_, items, effects, holds) => {
  const counts = { unstored: 0, removed: 0 };
  const before = { ...counts, stored: 2 };
  const after = { ...counts, stored: 2 + effects.length };
  const claims = proveCopies({ items, effects, before, after });
  expect(claims.map((claim) => claim.holds)).toEqual(holds);
});
