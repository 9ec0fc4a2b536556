import type { RunStop } from '../engine/run-stop.ts';
import type { Job } from '../job/job-schema.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { RunSamples } from './run-samples.ts';
import type { TwoClocks } from './two-clocks.ts';

/**
 * Records that a process works on the run. If the service's and the machine's clock agree, also records the
 * start of the run.
 */
export function markActive(life: {
  runStop: RunStop;
  ledger: Ledger;
  job: Job;
  clocks: TwoClocks;
  samples: RunSamples;
}): void {
  const { ledger, job, runStop, clocks, samples } = life;
  const fault = clocks.fault();
  if (fault !== null) runStop.stop({ kind: 'fatal', failure: fault });
  ledger.transaction(() => {
    ledger.run.setState('active', null, null);
    if (fault === null) ledger.run.setAsOf(clocks.now(null).earliest);
    ledger.run.setJob(job);
    samples.begin();
  });
}
