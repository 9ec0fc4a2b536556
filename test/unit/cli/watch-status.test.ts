import { expect, test } from 'vitest';
import { exitCodeForStatus } from '../../../src/cli/watch-status.ts';
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
