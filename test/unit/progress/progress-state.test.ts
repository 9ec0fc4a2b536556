import { expect, test } from 'vitest';
import { parseRunId } from '../../../src/core/run.ts';
import { stateCounts } from '../../../src/core/state-counts.ts';
import type { Wait } from '../../../src/core/wait.ts';
import type { RunEvent } from '../../../src/engine/run-events.ts';
import {
  applyEvent,
  countSettled,
  currentWaits,
  NO_PROGRESS,
} from '../../../src/progress/progress-state.ts';

const after = (...events: RunEvent[]) => events.reduce(applyEvent, NO_PROGRESS);
const started = {
  kind: 'run-started',
  run: parseRunId('r1'),
  resumed: false,
  counts: stateCounts({}),
} as const;
const page: RunEvent = {
  kind: 'page-walked',
  page: 1,
  listed: 1000,
  selected: 300,
  selectedTotal: 300,
};

test('while listing, the total is not known', () => {
  const state = after(started, page, { ...page, page: 2, selectedTotal: 600 });
  expect(state).toMatchObject({ phase: 'listing', pages: 2, listed: 2000, selected: 600 });
  expect(countSettled(state)).toEqual({ settled: 0, total: null });
});

test('after listing, the selection is the total', () => {
  const state = after(started, page, { kind: 'walk-finished', pages: 1, selectedTotal: 300 });
  expect(state.phase).toBe('working');
  expect(countSettled(state)).toEqual({ settled: 0, total: 300 });
});

test('counts come from the ledger, so a resume starts where the run stood', () => {
  const counts = stateCounts({ done: 150, failed: 5, skipped: 5, pending: 140 });
  const state = after(
    { ...started, resumed: true, counts },
    { kind: 'walk-finished', pages: 1, selectedTotal: 300 },
  );
  expect(countSettled(state)).toEqual({ settled: 160, total: 300 });
});

test('a resume that lists more counts what it listed', () => {
  const counts = stateCounts({ done: 100, pending: 200 });
  const state = after(
    { ...started, resumed: true, counts },
    { ...page, selectedTotal: 600 },
    { kind: 'walk-finished', pages: 2, selectedTotal: 600 },
  );
  expect(countSettled(state)).toEqual({ settled: 100, total: 600 });
});

test('each wait is shown until it ends', () => {
  const wait: Wait = { kind: 'throttled', reason: 'paused', since: 1, until: 9 };
  const other: Wait = { ...wait, kind: 'retry', until: null };
  const begun = [
    { kind: 'waiting', id: 'gate', wait },
    { kind: 'waiting', id: 'retry', wait: other },
  ] as const;
  const ended = { kind: 'waiting', id: 'gate', wait: null } as const;
  expect([...after(started, ...begun).waits.values()]).toEqual([wait, other]);
  expect([...after(started, ...begun, ended).waits.values()]).toEqual([other]);
  expect([...currentWaits(after(...begun), 8).values()]).toEqual([wait, other]);
  expect([...currentWaits(after(...begun), 9).values()]).toEqual([other]);
  const end = { kind: 'run-ended', state: 'finished', counts: stateCounts({}) } as const;
  expect(after(started, ...begun, end).waits.size).toBe(0);
});

test('once stopping, a run stays so until it ends', () => {
  const state = after(
    started,
    page,
    { kind: 'stopping', why: 'SIGINT' },
    { kind: 'walk-finished', pages: 1, selectedTotal: 300 },
  );
  expect(state).toMatchObject({ phase: 'stopping', stopWhy: 'SIGINT' });
});

test('the rate of the governor is the latest one told', () => {
  const state = after(
    { kind: 'throttled', retryAfterMs: 1000, rate: 4 },
    { kind: 'rate-changed', rate: 5 },
  );
  expect(state.rate).toBe(5);
});
