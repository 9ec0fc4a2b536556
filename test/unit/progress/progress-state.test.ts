import { expect, test } from 'vitest';
import { parseRunId } from '../../../src/core/run.ts';
import { stateCounts } from '../../../src/core/state-counts.ts';
import type { RunEvent } from '../../../src/engine/run-events.ts';
import { applyEvent, NO_PROGRESS, settledOf } from '../../../src/progress/progress-state.ts';

const after = (...events: RunEvent[]) => events.reduce(applyEvent, NO_PROGRESS);
const started: RunEvent = { kind: 'run-started', run: parseRunId('r1'), resumed: false };
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
  expect(settledOf(state)).toEqual({ settled: 0, total: null });
});

test('after listing, the selection is the total', () => {
  const state = after(started, page, { kind: 'walk-finished', pages: 1, selectedTotal: 300 });
  expect(state.phase).toBe('working');
  expect(settledOf(state)).toEqual({ settled: 0, total: 300 });
});

test('counts come from the ledger, so a resume starts where the run stood', () => {
  const counts = stateCounts({ done: 150, failed: 5, skipped: 5, pending: 140 });
  const state = after(
    { ...started, resumed: true },
    { kind: 'walk-finished', pages: 1, selectedTotal: 300 },
    { kind: 'items-settled', step: 0, count: 100, counts },
  );
  expect(settledOf(state)).toEqual({ settled: 160, total: 300 });
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
