import { homedir } from 'node:os';
import { present } from '../core/present.ts';
import type { RunId } from '../core/run.ts';
import type { RunStop } from '../engine/run-stop.ts';
import type { Job } from '../job/job-schema.ts';
import { sourceBucket } from '../job/source-schemas.ts';
import { stepOperation } from '../job/step-schemas.ts';
import type { ReadOriginal } from '../operations/original-file.ts';
import type { Bucket } from '../s3/bucket.ts';
import type { OpenBucket } from '../sources/descriptor.ts';
import { OPEN_GATE } from '../transport/open-gate.ts';
import type { RepeatableEnvironment } from '../transport/repeatable-send.ts';
import type { LiveControl } from './live-control.ts';
import { createOriginalReader } from './read-originals.ts';
import { createRunGate } from './run-gate.ts';
import type { RunContext } from './run-request.ts';
import { toolVersion } from './tool-version.ts';

/** The access to the bytes of files: in buckets, and at the CDN of the service. */
export interface Storages {
  readonly openBucket: OpenBucket;
  readonly readOriginal: ReadOriginal;
}

/** The parts of a session that requests to storages need. */
interface StorageContext {
  readonly context: RunContext;
  readonly runStop: RunStop;
  /** Pauses of the run. Absent for a command that nobody can pause. */
  readonly control?: Pick<LiveControl, 'isPaused' | 'untilContinued'>;
}

let loaded: typeof import('../s3/open-bucket.ts') | null = null;

/** Loads the code for buckets. Only a job that has a bucket needs it. */
export async function loadBucketCode(): Promise<typeof import('../s3/open-bucket.ts')> {
  loaded ??= await import('../s3/open-bucket.ts');
  return loaded;
}

/** Creates the access of a run to buckets and to the CDN. `run` is null for a plan. */
export function createStorages(session: StorageContext, run: RunId | null): Storages {
  return {
    openBucket: createBucketOpener(session, run),
    readOriginal: createOriginalReader(createEnvironment(session, { run, to: 'CDN' })),
  };
}

/** The environment of the requests to a storage. `to` names the storage in the log. */
function createEnvironment(
  { context, runStop, control }: StorageContext,
  { run, to }: { readonly run: RunId | null; readonly to: 'bucket' | 'CDN' },
): RepeatableEnvironment {
  const { world } = context;
  const mayStart = () => control?.isPaused !== true;
  return {
    world: { ...world, http: (request) => world.http({ ...request, mayStart }) },
    gate:
      control === undefined
        ? OPEN_GATE
        : createRunGate(OPEN_GATE, { runStop, control, mayRequest: () => true }),
    userAgent: `ucbulk/${toolVersion()}`,
    stopSignal: runStop.signal,
    log({ kind, message, ...line }) {
      const level = kind === 'answered' ? 'debug' : 'info';
      const fields = { ...(run !== null && { run }), ...present(line) };
      context.log(level, fields, message ?? `${to} request ${kind}`);
    },
    onEvent: context.listener,
    unreachableMs: context.offlineForMs,
  };
}

/**
 * Opens the buckets of a job, so that missing keys are noticed before the run begins. Sends no request to them. Rejects
 * with a `UserError` if the keys or the region of a bucket can't be found.
 */
export async function openJobBuckets(
  { source, steps }: Pick<Job, 'source' | 'steps'>,
  { openBucket }: Storages,
): Promise<void> {
  const ofSteps = steps.map((step) => stepOperation(step).bucketPlace?.(step.with) ?? null);
  for (const place of [sourceBucket(source), ...ofSteps]) {
    if (place !== null) await openBucket(place);
  }
}

/** Creates the function that opens the buckets of a run. Each bucket is opened once. */
function createBucketOpener(session: StorageContext, run: RunId | null): OpenBucket {
  const opened = new Map<string, Promise<Bucket>>();
  const { world, env = {} } = session.context;
  const sources = {
    env,
    files: world.files,
    now: () => world.clock.now(),
    home: env['HOME'] ?? homedir(),
  };
  return (place) => {
    const id = JSON.stringify(place);
    const known = opened.get(id);
    if (known !== undefined) return known;
    const environment = createEnvironment(session, { run, to: 'bucket' });
    const bucket = loadBucketCode().then(({ openBucket }) =>
      openBucket(place, { ...environment, sources }),
    );
    opened.set(id, bucket);
    return bucket;
  };
}
