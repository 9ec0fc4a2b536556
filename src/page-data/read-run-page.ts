import type { RunId } from '../core/run.ts';
import type { RunSample } from '../core/run-sample.ts';
import type { World } from '../core/world.ts';
import type { Job } from '../job/job-schema.ts';
import type { CauseCount } from '../ledger/find-items.ts';
import type { LedgerReader } from '../ledger/ledger-reader.ts';
import { withReader } from '../ledger/with-reader.ts';
import { readRun } from '../state/read-runs.ts';
import { statePaths } from '../state/state-paths.ts';
import { storedJob } from '../state/stored-job.ts';
import { readWorkers } from '../state/worker-list.ts';
import { cutText } from './cut-text.ts';
import { Pictures } from './pictures.ts';
import type { CauseGroup, RunPage } from './shapes.ts';

const MAX_SAMPLES = 1000;
const MAX_CAUSES = 200;
/** Number of events of a page. */
const MAX_EVENTS = 200;

/** Reads everything that the page of a run shows, except its items. Null means the newest run. */
export async function readRunPage(
  stateDirectory: string,
  wanted: RunId | null,
  world: World,
): Promise<RunPage> {
  const status = await readRun(stateDirectory, wanted, world);
  const paths = statePaths(stateDirectory);
  const hasWorkers = status.isRunning && status.workers !== null;
  const workers = hasWorkers ? await readWorkers(paths, status.run, world.files) : null;
  return withReader(paths.ledger(status.run), (reader) => {
    const job = storedJob(reader.begun());
    const { makers } = new Pictures(job, reader);
    return {
      now: world.clock.now(),
      status,
      samples: thinSamples(reader.samples()),
      causes: readCauses(reader, job.steps),
      events: reader
        .events()
        .slice(-MAX_EVENTS)
        .map((event) => ({ ...event, text: cutText(event.text) })),
      workers,
      hasPictures: makers.some((step) => (status.steps[step]?.passed ?? 0) > 0),
    };
  });
}

/** Leaves out samples, so that at most `MAX_SAMPLES` stay. Keeps the first and the last one. */
function thinSamples(samples: readonly RunSample[]): RunSample[] {
  const { length } = samples;
  if (length <= MAX_SAMPLES) return [...samples];
  return Array.from(
    { length: MAX_SAMPLES },
    (_, index) => samples[Math.round((index * (length - 1)) / (MAX_SAMPLES - 1))],
  ).filter((sample) => sample !== undefined);
}

function readCauses(reader: LedgerReader, steps: Job['steps']): CauseGroup[] {
  const causes = reader.causes(MAX_CAUSES);
  const examples = new Map(
    reader.itemsAt(causes.map(({ item }) => item)).map((item) => [item.record.seq, item]),
  );
  return causes.flatMap((cause) => {
    const { state, step, reason, count, item } = cause;
    const example = examples.get(item);
    const outcome = example?.outcomes.find((one) => one.step === step);
    if (
      example === undefined ||
      (state !== 'failed' && state !== 'skipped' && state !== 'in-doubt')
    )
      return [];
    return {
      state,
      step: steps[step]?.id ?? String(step + 1),
      reason: reason ?? 'unknown',
      message: cutText(outcome?.message ?? null),
      count,
      continued: hasContinued(cause, steps),
      example: { key: example.record.key, requestId: outcome?.requestId ?? null },
    };
  });
}

/** True if items continue at the next step after such an outcome. */
function hasContinued({ state, step, reason }: CauseCount, steps: Job['steps']): boolean {
  if (step + 1 >= steps.length) return false;
  if (state === 'skipped') return reason === 'done before';
  return state === 'failed' && steps[step]?.onFailure === 'continue';
}
