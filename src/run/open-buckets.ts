import { homedir } from 'node:os';
import { present } from '../core/present.ts';
import type { RunId } from '../core/run.ts';
import type { RunStop } from '../engine/run-stop.ts';
import type { ReadOriginal } from '../operations/original-file.ts';
import type { Bucket } from '../s3/bucket.ts';
import type { OpenBucket } from '../sources/descriptor.ts';
import { createOriginalReader } from './read-originals.ts';
import type { RunContext } from './run-request.ts';
import { toolVersion } from './tool-version.ts';

/** The access to the bytes of files: in buckets, and at the CDN of the service. */
export interface Storages {
  readonly openBucket: OpenBucket;
  readonly readOriginal: ReadOriginal;
}

interface Owner {
  readonly run: RunId | null;
  readonly runStop: RunStop;
}

/** Creates the access of a run to buckets and to the CDN. */
export function createStorages(context: RunContext, owner: Owner): Storages {
  return {
    openBucket: createBucketOpener(context, owner),
    readOriginal: createOriginalReader(context, owner),
  };
}

/** Creates the function that opens the buckets of a run. Each bucket is opened once. */
function createBucketOpener(context: RunContext, { run, runStop }: Owner): OpenBucket {
  const opened = new Map<string, Promise<Bucket>>();
  const { world, env = {}, offlineForMs } = context;
  return (place) => {
    const id = JSON.stringify(place);
    const known = opened.get(id);
    if (known !== undefined) return known;
    // The code for buckets is loaded only by a job that has one.
    const bucket = import('../s3/open-bucket.ts').then(({ openBucket }) =>
      openBucket(place, {
        world,
        userAgent: `ucbulk/${toolVersion()}`,
        stopSignal: runStop.signal,
        log({ kind, message, ...line }) {
          const level = kind === 'answered' ? 'debug' : 'info';
          const fields = { ...(run !== null && { run }), ...present(line) };
          context.log(level, fields, message ?? `bucket request ${kind}`);
        },
        onEvent: context.listener,
        unreachableMs: offlineForMs,
        sources: {
          env,
          files: world.files,
          now: () => world.clock.now(),
          home: env['HOME'] ?? homedir(),
        },
      }),
    );
    opened.set(id, bucket);
    return bucket;
  };
}
