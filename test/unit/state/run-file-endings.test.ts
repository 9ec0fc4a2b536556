import { basename } from 'node:path';
import { expect, test } from 'vitest';
import { parseRunId } from '../../../src/core/run.ts';
import { RUN_FILE_ENDINGS, statePaths } from '../../../src/state/state-paths.ts';

const RUN = parseRunId('20261129-120000-abc123');

test('clean knows the ending of every file of a run', () => {
  const { ledger, runLock, waitingLock, input, plan, rejects, ...more } = statePaths('/state');
  const { runInventory, workers, reserve, ...others } = more;
  const ofRuns = [
    ledger,
    runLock,
    waitingLock,
    input,
    plan,
    rejects,
    runInventory,
    workers,
    reserve,
  ];
  for (const path of ofRuns) {
    expect(RUN_FILE_ENDINGS).toContain(basename(path(RUN)).slice(RUN.length));
  }
  // A new file of a run must be added above, and to the list.
  expect(Object.keys(others).sort()).toEqual([
    'catalog',
    'claimsLock',
    'inventory',
    'planLock',
    'projectLock',
    'projects',
    'runs',
    'shareLock',
    'shareRate',
  ]);
});
