import type { BucketServer } from '../core/bucket-origin.ts';
import type { RunId, RunState } from '../core/run.ts';
import { UserError } from '../core/user-error.ts';
import type { World } from '../core/world.ts';
import type { Job } from '../job/job-schema.ts';
import { isIrreversible, makerIndex, type Step, stepOperation } from '../job/step-schemas.ts';
import { withReader } from '../ledger/with-reader.ts';
import type { OperationTraits } from '../operations/operation-traits.ts';
import { readRun } from './read-runs.ts';
import { isRunHeld } from './run-locks.ts';
import { type StatePaths, statePaths } from './state-paths.ts';
import { storedJob } from './stored-job.ts';

/** A run with the facts that reports need. */
export interface ReadRun {
  readonly run: RunId;
  readonly state: RunState;
  /** Path of the ledger. */
  readonly ledger: string;
  readonly steps: readonly {
    readonly id: string;
    readonly uses: string;
    /** The kinds of new things that the step makes, by the key of the result that names them. */
    readonly makes: NonNullable<OperationTraits['makes']>;
    /** True if the step, with its options, may delete. */
    readonly mayDelete: boolean;
    /**
     * Index of the earlier step that made the file on which this step works; null if the step works on the
     * item's own file.
     */
    readonly fileFrom: number | null;
    /** Host that serves the files of the step's project; null if it is unknown. */
    readonly cdnHost: string | null;
    /** The server of the bucket to which the step copies; null if it is AWS, or unknown. */
    readonly bucketServer: BucketServer | null;
  }[];
  /** Host that serves the files of the items' project; null if it is unknown. */
  readonly cdnHost: string | null;
  /** The bucket whose objects are the items of the run, with the URL at which its prefix is public. */
  readonly bucket?: { readonly url: string; readonly publicUrl?: string | undefined } | undefined;
}

/** Describes a step of a job for reports. `hosts`: the hosts of the files of its projects. */
export function createReportedStep(
  step: Step,
  steps: Job['steps'],
  hosts: ReadonlyMap<string, string>,
): ReadRun['steps'][number] {
  return {
    id: step.id,
    uses: step.uses,
    makes: stepOperation(step).makes ?? {},
    mayDelete: isIrreversible(step),
    fileFrom: makerIndex(step, steps),
    cdnHost: hosts.get(step.project ?? '') ?? null,
    bucketServer: step.uses === 'copy-to-bucket' ? serverOf(step.with) : null,
  };
}

function serverOf({ endpoint, pathStyle = true }: ServerOptions): BucketServer | null {
  return endpoint === undefined ? null : { endpoint, isInPath: pathStyle };
}

interface ServerOptions {
  readonly endpoint?: string | undefined;
  readonly pathStyle?: boolean | undefined;
}

/** Finds a run for a report; null means the newest run. */
export async function readReportedRun(
  stateDirectory: string,
  wanted: RunId | null,
  world: World,
): Promise<ReadRun> {
  const { run, state } = await readRun(stateDirectory, wanted, world);
  const ledger = statePaths(stateDirectory).ledger(run);
  return withReader(ledger, (reader) => {
    const { source, steps } = storedJob(reader.begun());
    const hosts = reader.cdnHosts();
    return {
      run,
      state,
      ledger,
      cdnHost: hosts.get(source.project ?? '') ?? null,
      ...(source.kind === 'bucket' && { bucket: source.bucket }),
      steps: steps.map((step) => createReportedStep(step, steps, hosts)),
    };
  });
}

/** Like `readReportedRun`, for a run on which no process works. */
export async function readIdleRun(
  stateDirectory: string,
  wanted: RunId | null,
  world: World,
): Promise<ReadRun> {
  const read = await readReportedRun(stateDirectory, wanted, world);
  checkIdle(statePaths(stateDirectory), read.run);
  return read;
}

/** Throws a `UserError` if a process works on the run, because the run still changes. */
export function checkIdle(paths: StatePaths, run: RunId): void {
  if (!isRunHeld(paths, run)) return;
  throw new UserError(
    'locked',
    `Another process works on run ${run}, so it still changes. Nothing was done. Wait until the run has ended, or stop it: \`ucbulk stop ${run}\`.`,
  );
}
