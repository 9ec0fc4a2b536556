import { expect, test } from 'vitest';
import { type CutoutEvidence, proveCutouts } from '../../../src/cli/demo/prove-cutouts.ts';
import { itemReport } from '../../support/item-report.ts';

const effect = (operation: string, uuid: string) => {
  return { operation, uuid, changed: true, requestId: null };
};
const item = (key: string) => itemReport({ key, step: 'copy' });
const good: CutoutEvidence = {
  items: [item('a'), item('b')],
  doubtful: 1,
  results: new Map([
    ['a', 'x'],
    ['b', 'y'],
  ]),
  effects: [
    effect('remove_bg', 'a'),
    effect('remove_bg', 'b'),
    ...['tags', 'remote_copy'].flatMap((name) => [effect(name, 'x'), effect(name, 'y')]),
  ],
  newlyStored: 2,
};

const holds = (change: Partial<CutoutEvidence>) =>
  proveCutouts({ ...good, ...change }).map((claim) => claim.holds);

test('every picture cut out once, every result stored, tagged and copied: all claims hold', () => {
  expect(holds({})).toEqual([true, true, true, true, true]);
});

test.each([
  ['a picture is not done', { items: [{ ...item('a'), state: 'failed' as const }, item('b')] }, 0],
  ['a picture was paid for twice', { effects: [...good.effects, effect('remove_bg', 'a')] }, 1],
  ['a picture was left out', { effects: good.effects.slice(1) }, 1],
  ['more is in doubt than was under way', { doubtful: 9 }, 2],
  ['a result is not stored', { newlyStored: 1 }, 3],
  ['a result was copied twice', { effects: [...good.effects, effect('remote_copy', 'x')] }, 4],
  ['another file was tagged', { effects: [...good.effects, effect('tags', 'a')] }, 4],
])('%s: the claim fails', (_what, change, claim) => {
  expect(holds(change)[claim]).toBe(false);
});
