import { isUnfinished, type RunId, stateWithoutProcess } from '../core/run.ts';
import type { Job } from '../job/job-schema.ts';
import type { Step } from '../job/step-schemas.ts';
import type { RunItem } from '../ledger/run-items.ts';
import { withReader } from '../ledger/with-reader.ts';
import { findTraits } from '../operations/operation-traits.ts';
import { statePaths } from '../state/state-paths.ts';
import { storedJob } from '../state/stored-job.ts';
import { type MakingStep, madeFiles, makingSteps, namedFiles } from './made-files.ts';

/** The counts of what an undo of a run deletes, and of what it leaves. */
export interface UndoReview {
  readonly run: RunId;
  readonly job: Job;
  /** The steps that made files, with the project that has them; undefined is the default project. */
  readonly made: readonly {
    readonly step: string;
    readonly project: string | undefined;
    readonly files: number;
  }[];
  /** Files that stay because they may be older than the run. */
  readonly doubtful: Readonly<Record<NonNullable<MakingStep['doubt']>, number>>;
  /** Groups and copies in buckets that the run made. They stay. */
  readonly others: number;
  /** Items whose outcome is unknown. They may have made files. */
  readonly inDoubt: number;
}

/** Counts what a run made. `step`: only this step. Null if the run has not ended. */
export function reviewUndo(
  stateDirectory: string,
  run: RunId,
  step: string | undefined,
): UndoReview | null {
  return withReader(statePaths(stateDirectory).ledger(run), (reader) => {
    const record = reader.begun();
    if (isUnfinished(stateWithoutProcess(record.state))) return null;
    const job = storedJob(record);
    const wanted = ({ id }: { readonly id: string }) => step === undefined || id === step;
    const steps = makingSteps(job, record).filter(wanted);
    const counts = steps.map((one) => ({ ...one, files: 0, left: 0 }));
    let others = 0;
    for (const item of reader.runItems({})) {
      for (const one of counts) countFiles(item, one);
      for (const one of job.steps.filter(wanted)) others += countOthers(item, job, one);
    }
    const leftBy = (doubt: MakingStep['doubt']) =>
      counts.reduce((sum, one) => sum + (one.doubt === doubt ? one.left : 0), 0);
    const doubtful = { reuse: leftBy('reuse'), 'own-code': leftBy('own-code') };
    const made = counts
      .filter(({ files }) => files > 0)
      .map(({ id, project, files }) => ({ step: id, project, files }));
    const inDoubt = reader.items.counts()['in-doubt'];
    return { run, job, made, doubtful, others, inDoubt };
  });
}

/** Counts the files that a step made for an item, and those that stay because they may be older. */
function countFiles(item: RunItem, step: MakingStep & { files: number; left: number }): void {
  step.files += madeFiles(item, step).length;
  if (step.doubt !== null) step.left += namedFiles(item, step).length;
}

/** The number of groups and copies in buckets that a step made for an item. */
function countOthers({ outcomes }: RunItem, { steps }: Job, step: Step): number {
  const outcome = outcomes.find((one) => one.step === steps.indexOf(step));
  if (outcome?.state !== 'done') return 0;
  const makes = Object.entries(findTraits(step.uses)?.makes ?? {});
  return makes.filter(([key, kind]) => kind !== 'file' && outcome.result?.[key] != null).length;
}
