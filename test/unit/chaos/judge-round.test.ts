import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type PlannedInjury, plannedInjuries } from '../../chaos/injuries.ts';
import { type Evidence, type JudgedItem, judge } from '../../chaos/judge-round.ts';
import { countLosses, LOG_PREFIX } from '../../chaos/read-losses.ts';
import { TEMP_ROOT } from '../../support/temp-root.ts';

const item = (key: string, change: Partial<JudgedItem> = {}): JudgedItem => ({
  ...{ key, state: 'done', reason: null, message: null, result: null },
  ...change,
});

const evidence = (change: Partial<Evidence> = {}): Evidence => ({
  effect: 'local_copy',
  expected: ['a', 'b'],
  items: [item('a'), item('b')],
  changes: new Map([
    ['a', 1],
    ['b', 1],
  ]),
  repeats: 0,
  repeatedUploads: [],
  ...change,
});

test('one effect for each item breaks nothing', () => {
  expect(judge(evidence())).toMatchObject({
    ...{ items: 2, effects: 2, doneTwice: 0, lost: 0, violations: [] },
  });
});

test.each<[string, Partial<Evidence>, object]>([
  [
    'an effect that came twice',
    {
      changes: new Map([
        ['a', 2],
        ['b', 1],
      ]),
    },
    { doneTwice: 1 },
  ],
  ['the same upload twice', { repeatedUploads: [{ input: 'x', times: 2 }] }, { doneTwice: 1 }],
  ['a done item without its effect', { changes: new Map([['a', 1]]) }, { lost: 1 }],
  ['an item that the run does not have', { items: [item('a')] }, { lost: 1 }],
  [
    'an item without an outcome',
    { items: [item('a'), item('b', { state: 'running' })] },
    { lost: 1 },
  ],
  [
    'a doubt without a reason',
    { items: [item('a'), item('b', { state: 'in-doubt' })] },
    { lost: 1, inDoubt: 1 },
  ],
  [
    'an upload whose file is not there',
    { effect: 'upload', items: [item('a'), item('b')] },
    { lost: 2 },
  ],
])('%s is a violation', (_, change, counts) => {
  const verdict = judge(evidence(change));
  expect(verdict).toMatchObject(counts);
  expect(verdict.violations).not.toEqual([]);
});

test('a doubt with a reason is none, with and without the effect', () => {
  const items = [item('a'), item('b', { state: 'in-doubt', reason: 'worker_lost' })];
  expect(judge(evidence({ items }))).toMatchObject({ inDoubt: 1, violations: [] });
  const changes = new Map([['a', 1]]);
  expect(judge(evidence({ items, changes }))).toMatchObject({ inDoubt: 1, violations: [] });
});

test('lost calls are those of killed workers, of stopped ones, or false deaths', () => {
  const directory = mkdtempSync(join(TEMP_ROOT, 'ucbulk-losses-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const line = (time: number, worker: string | null, why: string) =>
    JSON.stringify({
      ...{ time, worker },
      msg: `A call to a worker counts as lost: ${why}`,
    });
  const lines = [
    line(21_000, 'killed', 'its worker has died'),
    line(90_000, 'stopped', 'its worker has died'),
    line(90_000, 'alive', 'its worker has died'),
    line(90_000, 'alive', 'Redis does not have it any more'),
    line(90_000, null, 'Redis does not have it any more'),
    JSON.stringify({ time: 1, msg: 'Items settled' }),
  ];
  writeFileSync(join(directory, `${LOG_PREFIX}0.log`), `${lines.join('\n')}\n`);
  const life = (id: string, killedAt: number | null, stoppedAt: number[]) => ({
    ...{ id, killedAt, stoppedAt },
  });
  const lives = [
    life('killed', 1000, []),
    life('stopped', null, [70_000]),
    life('alive', null, [1000]),
  ];
  expect(countLosses(directory, lives)).toEqual({
    ...{ lostCalls: 5, falseDeaths: 1, recoveryMs: [20_000] },
  });
});

test('a seed gives the same injuries, and soon all kinds', () => {
  const first = (seed: number) => {
    const planned = plannedInjuries(seed, 4000);
    return Array.from({ length: 21 }, () => planned.next().value as PlannedInjury);
  };
  expect(first(7)).toEqual(first(7));
  expect(first(7)).not.toEqual(first(8));
  expect(new Set(first(7).map(({ injury }) => injury.kind)).size).toBe(5);
});
