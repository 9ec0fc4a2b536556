import { homedir } from 'node:os';
import { present } from '../core/present.ts';
import type { RunId } from '../core/run.ts';
import type { RunStop } from '../engine/run-stop.ts';
import type { Bucket } from '../s3/bucket.ts';
import type { OpenBucket } from '../sources/descriptor.ts';
import type { RunContext } from './run-request.ts';
import { toolVersion } from './tool-version.ts';

/** Creates the function that opens the buckets of a run. Each bucket is opened once. */
export function createBucketOpener(
  context: RunContext,
  { run, runStop }: { readonly run: RunId | null; readonly runStop: RunStop },
): OpenBucket {
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
