import { expect, test } from 'vitest';
import { runsTable } from '../../../src/cli/runs-table.ts';
import { parseRunId } from '../../../src/core/run.ts';
import { stateCounts } from '../../../src/core/state-counts.ts';
import type { RunStatus } from '../../../src/state/run-status.ts';

function run(counts: Parameters<typeof stateCounts>[0]): RunStatus {
  return {
    run: parseRunId('20261129-014011-0qvfr3'),
    jobName: 'nightly-cleanup',
    state: 'interrupted',
    createdAt: Date.parse('2026-11-29T01:40:11Z'),
    counts: stateCounts(counts),
  } as unknown as RunStatus;
}

test('a wide terminal shows every column', () => {
  expect(runsTable([run({ done: 3, pending: 1 })]).split('\n')).toEqual([
    'RUN                     JOB              STATE        ITEMS ENDED  FAILED  IN DOUBT  STARTED',
    '20261129-014011-0qvfr3  nightly-cleanup  interrupted  3 / 4        0       0         2026-11-29T01:40:11Z',
  ]);
});

test('counts that are all 0 are dropped before the lines get too wide', () => {
  expect(runsTable([run({ done: 3, failed: 1 })], 95).split('\n')[0]).toBe(
    'RUN                     JOB              STATE        ITEMS ENDED  FAILED  STARTED',
  );
});

test('at 50 columns each run has lines of its own, none of them too wide', () => {
  const lines = runsTable([run({ done: 3, 'in-doubt': 1 })], 50).split('\n');
  expect(lines).toEqual([
    '20261129-014011-0qvfr3  interrupted',
    '  nightly-cleanup',
    '  3 / 4 finished, 1 in doubt',
  ]);
});
