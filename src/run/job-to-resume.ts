import { UserError } from '../core/user-error.ts';
import type { Files } from '../core/world.ts';
import { describeJobChange, jobFingerprint } from '../job/job-fingerprint.ts';
import { withPartOf } from '../job/job-part.ts';
import type { Job } from '../job/job-schema.ts';
import { withCodeOf } from '../job/own-steps.ts';
import type { LedgerReader } from '../ledger/ledger-reader.ts';
import type { RunRecord } from '../ledger/run-table.ts';
import type { StatePaths } from '../state/state-paths.ts';
import { storedJob } from '../state/stored-job.ts';
import { checkTermsOfRun } from './approved-terms.ts';
import { checkCurrency } from './run-costs.ts';

/**
 * Returns the job with which a run continues: that of the given job file, or else its stored job. Throws a
 * `UserError` if the run can't continue with the job file.
 */
export async function jobToResume(
  ledger: Pick<LedgerReader, 'run' | 'costs' | 'plan'>,
  file: Job | undefined,
  place: {
    readonly paths: StatePaths;
    readonly files: Files;
    readonly acceptsChangedCode?: boolean | undefined;
  },
): Promise<Job> {
  const record = ledger.run.get();
  const job = resumedJob(record, file, place.acceptsChangedCode === true);
  checkCurrency(ledger, job);
  const plan = ledger.plan.get();
  if (file !== undefined && plan !== null) {
    await checkTermsOfRun(record.runId, job, { ...place, sha256: plan.sha256 });
  }
  return job;
}

function resumedJob(record: RunRecord, file: Job | undefined, acceptsCode: boolean): Job {
  const stored = storedJob(record);
  if (file === undefined) return stored;
  const job = acceptsCode ? withCodeOf(stored, file) : stored;
  const changed = withPartOf(file, job);
  // Calculate both fingerprints now instead of using the stored one. An earlier version may have stored it,
  // which used other names in the job.
  if (jobFingerprint(changed) === jobFingerprint(job)) return changed;
  const lines = describeJobChange(job, changed).map((line) => `  ${line}`);
  throw new UserError(
    'usage',
    `The job file has changed since run ${record.runId} began:\n${lines.join('\n')}\nNothing was sent. Start a new run of it, or resume without the job file.${changedCodeAdvice(job, changed)}`,
  );
}

function changedCodeAdvice(stored: Job, changed: Job): string {
  const isOnlyCode = jobFingerprint(withCodeOf(stored, changed)) === jobFingerprint(changed);
  if (!isOnlyCode) return '';
  return ' Only own code has changed: add --allow-code --accept-changed-code if the new code may finish this work.';
}
