import { type RunId, type RunState, stateWithoutProcess } from '../core/run.ts';
import type { StateCounts } from '../core/state-counts.ts';
import { withCleanup } from '../core/with-cleanup.ts';
import { RunStop } from '../engine/run-stop.ts';
import type { Job } from '../job/job-schema.ts';
import { sourceBucket } from '../job/source-schemas.ts';
import { LedgerReader } from '../ledger/ledger-reader.ts';
import { ScratchEffects } from '../ledger/scratch-effects.ts';
import type { Bucket } from '../s3/bucket.ts';
import type { BucketPlace } from '../s3/bucket-place.ts';
import { checkIdle } from '../state/read-reported-run.ts';
import { statePaths } from '../state/state-paths.ts';
import { storedJob } from '../state/stored-job.ts';
import { BucketComparison, type OnObjectDifference } from './bucket-comparison.ts';
import { checkSameRun } from './check-same-run.ts';
import { type CollectedEffects, collectEffects } from './collect-effects.ts';
import { compareCopies } from './compare-copies.ts';
import {
  compareEffects,
  type Difference,
  type SettleObject,
  type VerifiedCounts,
} from './compare-effects.ts';
import { compareSource } from './compare-source.ts';
import { resolveProjects } from './job-projects.ts';
import type { VerifiedBucket } from './object-difference.ts';
import { createStorages } from './open-buckets.ts';
import { openListing } from './open-listing.ts';
import { openOtherResults } from './other-results.ts';
import type { RunContext } from './run-request.ts';
import { stopOnSignals } from './stop-on-signals.ts';

/** A step of a verified run. */
export interface VerifiedStep {
  readonly id: string;
  readonly uses: string;
  readonly done: number;
  /** Items for which an earlier run did the step. Their files and objects are compared too. */
  readonly doneBefore: number;
  readonly verified: number;
  readonly different: number;
  readonly deleted: number;
  /** Items whose effect a later step replaced, for example because it deleted the file. */
  readonly replaced: number;
  /** Items whose effect could not be compared, by the reason. */
  readonly notVerified: readonly { readonly reason: string; readonly items: number }[];
}

/** The comparison of a run with the listings of its projects. */
export interface Verification {
  readonly run: RunId;
  readonly jobName: string;
  readonly state: RunState;
  /** The items of the run, by their states. */
  readonly counts: StateCounts;
  /** Items of which every effect was found as expected. */
  readonly verified: number;
  /** Items with an effect that differs. */
  readonly different: number;
  /** Items with an effect that could not be compared, and none that differs. */
  readonly notVerified: number;
  /** Items whose file or group the run deleted. */
  readonly deleted: number;
  readonly steps: readonly VerifiedStep[];
  /** The buckets of the run: its source, and those to which it wrote. */
  readonly buckets: readonly VerifiedBucket[];
  readonly pages: number;
  /** Number of requests. All of them only read. */
  readonly requests: number;
  readonly elapsedMs: number;
}

/** How a run is verified. */
export interface VerifyOptions {
  /** Receives each effect that differs. */
  readonly onDifference: (difference: Difference) => void | Promise<void>;
  /** Receives each object of a bucket that differs. */
  readonly onObjectDifference: OnObjectDifference;
  /** False to compare no buckets, for example because the source was deleted after the migration. */
  readonly buckets: boolean;
}

/**
 * Lists the projects and buckets of a run again, and compares every effect of the run with the listings. Only reads.
 * Throws a `UserError` if a process works on the run.
 */
export function verifyRun(
  run: RunId,
  context: RunContext,
  { onDifference, onObjectDifference, buckets }: VerifyOptions,
): Promise<Verification> {
  return withCleanup(async (defer) => {
    const { world, stateDirectory } = context;
    const startedAt = world.clock.monotonic();
    const runStop = new RunStop();
    defer(stopOnSignals(context, runStop));
    const paths = statePaths(stateDirectory);
    checkIdle(paths, run);
    const reader = LedgerReader.open(paths.ledger(run));
    defer(() => reader.close());
    const record = reader.begun();
    checkSameRun(record, run, context.connection);
    const job = storedJob(record);
    const projects = resolveProjects(job, context);
    const effects = ScratchEffects.open();
    defer(() => effects.close());
    const collected = collectEffects(reader, { job, projects }, effects);
    const traffic = { pages: 0, requests: 0 };
    const { openBucket } = createStorages({ context, runStop }, run);
    const verifiedBuckets: VerifiedBucket[] = [];
    const compareBucket = async (
      place: BucketPlace,
      role: VerifiedBucket['role'],
      compare: (comparison: BucketComparison, bucket: Bucket) => Promise<void>,
    ) => {
      const bucket = await openBucket(place);
      const parts = { signal: runStop.signal, traffic, onDifference: onObjectDifference };
      const comparison = new BucketComparison(bucket, parts);
      await compare(comparison, bucket);
      verifiedBuckets.push(comparison.result(role));
    };
    const otherResults = openOtherResults({ run, job }, context);
    defer(() => otherResults.close());
    const compareBuckets = async (settle: SettleObject) => {
      for (const { place, index, steps } of collected.buckets) {
        const stepId = (step: number) => job.steps[step]?.id ?? '';
        const keyOf = (seq: number) => findKey(reader, seq);
        const copies = { index, steps, settle, stepId, keyOf, findOthers: otherResults.find };
        await compareBucket(place, 'copies', (comparison) =>
          compareCopies(effects, copies, comparison),
        );
      }
    };
    const compared = await compareEffects(effects, {
      ...(buckets && { compareBuckets }),
      steps: job.steps,
      keyOf: (seq) => findKey(reader, seq),
      onDifference: ({ item, file, step, operation, differences }) =>
        onDifference({ item, file, step, operation, differences }),
      projects: collected.projects,
      async list(project, use) {
        const opened = await openListing(context, { project, runStop, apiVersion: job.apiVersion });
        try {
          traffic.pages += await use(opened, runStop.signal);
        } finally {
          traffic.requests += opened.traffic.requests;
          await opened.close();
        }
      },
    });
    // Backups are items of their own run, and the bucket has other objects too.
    const source = buckets && job.source.kind === 'bucket' ? sourceBucket(job.source) : null;
    if (source !== null) {
      await compareBucket(source, 'source', (comparison, bucket) =>
        compareSource(reader, { job, bucket }, comparison),
      );
    }
    return {
      run,
      jobName: record.jobName,
      state: stateWithoutProcess(record.state),
      counts: reader.items.counts(),
      ...compared.items,
      deleted: collected.deletedItems,
      steps: describeSteps(job, collected, compared.steps),
      buckets: verifiedBuckets,
      ...traffic,
      elapsedMs: world.clock.monotonic() - startedAt,
    };
  });
}

function findKey(reader: LedgerReader, seq: number): string {
  const [item] = reader.runItems({ after: seq - 1, limit: 1 });
  return item?.record.key ?? '';
}

function describeSteps(
  { steps }: Job,
  collected: CollectedEffects,
  compared: readonly VerifiedCounts[],
): VerifiedStep[] {
  return steps.map(({ id, uses }, index) => {
    const {
      done = 0,
      doneBefore = 0,
      deleted = 0,
      replaced = 0,
      hidden,
    } = collected.steps[index] ?? {};
    const { verified = 0, different = 0, unseen } = compared[index] ?? {};
    const reasons = [...(hidden ?? []), ...(unseen ?? [])];
    const notVerified = reasons.map(([reason, items]) => ({ reason, items }));
    return { id, uses, done, doneBefore, verified, different, deleted, replaced, notVerified };
  });
}
