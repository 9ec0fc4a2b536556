import { expect, test } from 'vitest';
import type { RunId } from '../../../src/core/run.ts';
import {
  type CleanFacts,
  type CleanPolicy,
  findKeepReasons,
} from '../../../src/state/clean-policy.ts';

const DAY = 86_400_000;
const NOW = 1000 * DAY;
const NONE: CleanPolicy = {
  keepLast: null,
  keepWithinMs: null,
  keepFailed: false,
  keepDeletes: false,
  forgetDone: false,
};

function facts(run: string, changes: Partial<CleanFacts> = {}): CleanFacts {
  return {
    run: run as RunId,
    jobName: 'nightly',
    publicKey: 'demo',
    state: 'finished',
    isRunning: false,
    createdAt: NOW - 2 * DAY,
    endedAt: NOW - DAY,
    failed: 0,
    inDoubt: 0,
    hasPaidWork: false,
    hasDeletes: false,
    continuedBy: null,
    sourceRun: null,
    ...changes,
  };
}

function reasonsOf(
  runs: readonly Parameters<typeof findKeepReasons>[0][number][],
  policy: Partial<CleanPolicy> = {},
): Record<string, readonly string[]> {
  return Object.fromEntries(findKeepReasons(runs, { ...NONE, ...policy }, NOW));
}

test('a finished run without anything that a later run needs is removed', () => {
  expect(reasonsOf([facts('a')])).toEqual({ a: [] });
});

test.each([
  ['running', { isRunning: true, state: 'active' }],
  ['unfinished', { state: 'interrupted' }],
  ['unfinished', { state: 'aborted' }],
  ['in-doubt', { state: 'declined', inDoubt: 1 }],
  ['paid', { hasPaidWork: true }],
] as const)('no keep flag is needed for a run that is %s', (reason, change) => {
  expect(reasonsOf([facts('a', change)])['a']).toContain(reason);
});

test('a declined run is over', () => {
  expect(reasonsOf([facts('a', { state: 'declined' })])).toEqual({ a: [] });
});

test('a ledger that cannot be read is kept', () => {
  expect(reasonsOf([{ run: 'a' as RunId, problem: 'damaged' }])).toEqual({ a: ['unreadable'] });
});

test('--keep-last counts the newest runs of each job and project', () => {
  const runs = [
    facts('f'),
    facts('e', { jobName: 'weekly' }),
    facts('d'),
    facts('c', { publicKey: 'other' }),
    facts('b', { jobName: 'weekly' }),
    facts('a'),
  ];
  const reasons = reasonsOf(runs, { keepLast: 1 });
  const kept = Object.keys(reasons).filter((run) => reasons[run]?.length === 1);
  expect(kept.sort()).toEqual(['c', 'e', 'f']);
});

test('--keep-within counts from the end of a run', () => {
  const runs = [facts('b', { createdAt: NOW - 9 * DAY, endedAt: NOW - DAY }), facts('a')];
  expect(reasonsOf(runs, { keepWithinMs: DAY + 1 })).toEqual({ b: ['within'], a: ['within'] });
  expect(reasonsOf(runs, { keepWithinMs: DAY })).toEqual({ b: [], a: [] });
});

test('--keep-failed keeps runs with failed items', () => {
  const runs = [facts('b', { failed: 1 }), facts('a')];
  expect(reasonsOf(runs, { keepFailed: true })).toEqual({ b: ['failed'], a: [] });
});

test('--forget-done removes paid work, but not within ten minutes after the end', () => {
  const old = facts('a', { hasPaidWork: true });
  const fresh = facts('b', { hasPaidWork: true, endedAt: NOW - 60_000 });
  expect(reasonsOf([fresh, old], { forgetDone: true })).toEqual({ b: ['recent'], a: [] });
});

test('--forget-done keeps paid work that a run which began before its end may need', () => {
  const paid = facts('a', { hasPaidWork: true });
  const open = { state: 'interrupted', createdAt: NOW - DAY - 1 } as const;
  const before = reasonsOf([facts('b', open), paid], { forgetDone: true });
  expect(before['a']).toEqual(['overlaps']);
  const later = { ...open, createdAt: NOW - DAY / 2 };
  expect(reasonsOf([facts('b', later), paid], { forgetDone: true })['a']).toEqual([]);
  const unreadable = { run: 'c' as RunId, problem: 'damaged' };
  expect(reasonsOf([unreadable, paid], { forgetDone: true })['a']).toEqual(['overlaps']);
});

test('the source of an unfinished run is kept', () => {
  const runs = [facts('b', { state: 'aborted', sourceRun: 'a' }), facts('a')];
  expect(reasonsOf(runs)['a']).toEqual(['source']);
});
