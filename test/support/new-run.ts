import { parseRunId } from '../../src/core/run.ts';
import type { NewRun } from '../../src/ledger/run-table.ts';

/** What a run begins with; name only what a test is about. */
export function newRun(changes: Partial<NewRun> = {}): NewRun {
  return {
    runId: parseRunId('run-1'),
    toolVersion: '1.2.3',
    jobName: 'test',
    job: { name: 'test' },
    jobFile: null,
    fingerprint: 'f',
    publicKey: 'demopublickey',
    restOrigin: 'https://api.test',
    createdAt: 1000,
    ...changes,
  };
}
