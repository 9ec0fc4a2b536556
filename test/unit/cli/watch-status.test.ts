import { expect, test } from 'vitest';
import { createLineFilter, exitCodeForStatus } from '../../../src/cli/watch-status.ts';
import type { RunState } from '../../../src/core/run.ts';
import { stateCounts } from '../../../src/core/state-counts.ts';
import type { RunStatus } from '../../../src/state/run-status.ts';

test.each([
  ['finished', { done: 3 }, 0],
  ['finished', { done: 3, failed: 1 }, 1],
  ['declined', { pending: 3 }, 7],
  ['interrupted', { done: 3, 'in-doubt': 1 }, 11],
  ['interrupted', { done: 3, pending: 1, 'in-doubt': 1 }, 5],
  ['aborted', { pending: 1 }, 5],
] as const)('the exit code of a run that is %s with %j', (state: RunState, counts, code) => {
  const status = { state, counts: stateCounts(counts) } as RunStatus;
  expect(exitCodeForStatus(status)).toBe(code);
});

test('a line is printed when something changes, and the same numbers once a minute', () => {
  const isNew = createLineFilter();
  const at = (ms: number, done: number, waits: readonly object[] = []) => {
    const counts = stateCounts({ done, pending: 9 });
    const status = {
      state: 'active',
      walkFinished: true,
      counts,
      waits,
      pace: null,
      timeLeft: null,
    };
    return isNew(status as unknown as RunStatus, ms);
  };
  const wait = (until: number) => [{ kind: 'throttled', reason: 'paused', since: 1, until }];
  expect(at(0, 1)).toBe(true);
  expect(at(1000, 2)).toBe(false);
  expect(at(10_000, 2)).toBe(true);
  expect(at(30_000, 2)).toBe(false);
  expect(at(70_000, 2)).toBe(true);
  expect(at(71_000, 2, wait(90_000))).toBe(true);
  expect(at(72_000, 2, wait(91_000))).toBe(false);
});
