import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { Ledger } from '../../../src/ledger/ledger.ts';
import { takeLock } from '../../../src/ledger/process-lock.ts';
import { statePaths } from '../../../src/state/state-paths.ts';
import { findUnfinishedRuns } from '../../../src/state/unfinished-runs.ts';
import { createSystemFiles } from '../../../src/world/system-files.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { newRun } from '../../support/new-run.ts';
import { tempDirectory } from '../../support/temp-ledger.ts';

test('a run whose process was killed is interrupted, not active', async () => {
  const paths = statePaths(tempDirectory());
  const run = newRun();
  mkdirSync(dirname(paths.ledger(run.runId)));
  const ledger = Ledger.create(paths.ledger(run.runId), run, { clock: new FakeClock() });
  ledger.transaction(() => ledger.run.setState('active', null, null));
  ledger.close();
  const states = async () => {
    const runs = await findUnfinishedRuns(paths, createSystemFiles(), () => undefined);
    return runs.map(({ state }) => state);
  };
  expect(await states()).toEqual(['interrupted']);
  writeFileSync(paths.runLock(run.runId), '');
  const lock = takeLock(paths.runLock(run.runId));
  onTestFinished(() => lock?.release());
  expect(await states()).toEqual(['active']);
});
