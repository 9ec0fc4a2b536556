import { ClassifiedError } from '../core/failure.ts';
import type { ItemState } from '../core/item-state.ts';
import { present } from '../core/present.ts';
import { isUnfinished, type RunId, stateWithoutProcess } from '../core/run.ts';
import type { ControlRecord } from '../core/run-control.ts';
import type { RunProcess } from '../core/run-sample.ts';
import { type StateCounts, stateCounts } from '../core/state-counts.ts';
import { UserError } from '../core/user-error.ts';
import type { WaitKind } from '../core/wait.ts';
import type { World } from '../core/world.ts';
import type { EventNote } from '../ledger/activity-tables.ts';
import { Catalog } from '../ledger/catalog.ts';
import { countExclusions } from '../ledger/count-exclusions.ts';
import type { LedgerReader } from '../ledger/ledger-reader.ts';
import { readFromLedger, withReader } from '../ledger/with-reader.ts';
import { findRejects } from './find-rejects.ts';
import { findRun, listRunIds } from './find-run.ts';
import { createItemReporter } from './item-report.ts';
import { runCost } from './run-cost.ts';
import { isRunHeld } from './run-locks.ts';
import { measurePace, type PaceStatus, STEADY_MS } from './run-pace.ts';
import { runSchedule, type WorkLeft } from './run-schedule.ts';
import type { ItemReport, RunListing, RunStatus } from './run-status.ts';
import { type StatePaths, statePaths } from './state-paths.ts';
import { currentWaits, lostAnswerStatus, paidStatus, waitToContinue } from './status-parts.ts';
import { storedJob } from './stored-job.ts';
import { readWaitingProcess } from './waiting-lock.ts';

/** Waits that end only when a person does something. The rate before such a wait says nothing about its end. */
const WAITS_OF_PEOPLE: readonly WaitKind[] = ['paused', 'question'];

/**
 * Lists all runs of a state directory, newest first. If a ledger can't be read, the entry of its run contains
 * the reason.
 */
export async function listRuns(stateDirectory: string, world: World): Promise<RunListing[]> {
  const paths = statePaths(stateDirectory);
  const runs = await listRunIds(paths, world.files);
  return Promise.all(runs.map((run) => readListing(paths, run, world)));
}

/** Reads the status of a run; null means the newest run. */
export async function readRun(
  stateDirectory: string,
  wanted: RunId | null,
  world: World,
): Promise<RunStatus> {
  const paths = statePaths(stateDirectory);
  const run = await findRun(paths, world.files, wanted);
  const control = Catalog.readControl(paths.catalog, run);
  const waiting = await readWaitingProcess(paths, run, world.files);
  return readStatus(paths, run, { now: world.clock.now(), control, waiting });
}

/** Reads the items of a run in the order of the selection: all items, or those in one state. */
export function* readItems(
  stateDirectory: string,
  run: RunId,
  options: { state?: ItemState; limit?: number } = {},
): Generator<ItemReport> {
  yield* readFromLedger(statePaths(stateDirectory).ledger(run), function* (reader) {
    const { steps } = storedJob(reader.begun());
    const { state, limit } = options;
    const wanted = {
      ...(state !== undefined && { states: [state] }),
      ...present({ limit }),
    };
    const report = createItemReporter(steps);
    for (const item of reader.runItems(wanted)) yield report(item);
  });
}

/** Reads the last events of a run, oldest first; null means the newest run. */
export async function readEvents(
  stateDirectory: string,
  wanted: RunId | null,
  files: World['files'],
): Promise<{ readonly run: RunId; readonly events: readonly EventNote[] }> {
  const paths = statePaths(stateDirectory);
  const run = await findRun(paths, files, wanted);
  return withReader(paths.ledger(run), (reader) => {
    return { run, events: reader.events() };
  });
}

/** Reads the entry of a run in the list of runs. */
export async function readListing(
  paths: StatePaths,
  run: RunId,
  world: World,
): Promise<RunListing> {
  try {
    const waiting = await readWaitingProcess(paths, run, world.files);
    return readStatus(paths, run, { now: world.clock.now(), control: null, waiting });
  } catch (error) {
    // Any other error is a bug in ucbulk. It must not be reported as a damaged ledger.
    if (!(error instanceof UserError) && !(error instanceof ClassifiedError)) throw error;
    return { run, problem: error.message };
  }
}

function isWaitingFor(waiting: RunProcess | null, isRunning: boolean): boolean {
  return waiting !== null && !isRunning;
}

/** How a run is read: at which time, and what people and other processes asked of it. */
interface StatusContext {
  readonly now: number;
  readonly control: ControlRecord | null;
  readonly waiting: RunProcess | null;
}

function readStatus(paths: StatePaths, run: RunId, context: StatusContext): RunStatus {
  return withReader(paths.ledger(run), (reader) => readOpenStatus(reader, { paths, run }, context));
}

function readOpenStatus(
  reader: LedgerReader,
  { paths, run }: { readonly paths: StatePaths; readonly run: RunId },
  { now, control, waiting }: StatusContext,
): RunStatus {
  const record = reader.begun();
  const isRunning = record.state === 'active' && isRunHeld(paths, run);
  const job = storedJob(record);
  const byStep = reader.items.countsByStep();
  const counts = reader.items.counts();
  const { walkFinished } = record;
  const { process, samples } = reader.activity(STEADY_MS);
  const waits = isRunning ? currentWaits(reader, now) : waitToContinue(job, waiting, now);
  const isWorking = isRunning && !waits.some(({ kind }) => WAITS_OF_PEOPLE.includes(kind));
  // Another rate, or the end of a pause, makes earlier samples useless for the time left.
  const since = Math.max(process?.startedAt ?? now, control?.appliedAt ?? 0);
  const pace = measurePace(samples, { now, isWorking, walkFinished, counts, since });
  const work = workLeft(pace);
  const workers = isUnfinished(record.state) ? workersText(reader, process) : null;
  return {
    run,
    jobName: record.jobName,
    publicKey: record.publicKey,
    restOrigin: record.restOrigin,
    state: isRunning ? record.state : stateWithoutProcess(record.state),
    isRunning,
    isWaiting: isWaitingFor(waiting, isRunning),
    stopReason: record.stopReason,
    waitsForAnswer: record.waitsForAnswer,
    createdAt: record.createdAt,
    endedAt: record.endedAt,
    walkFinished,
    pages: reader.pages.last()?.no ?? 0,
    since: reader.listingSince.start(),
    counts,
    leftOut: countExclusions(reader),
    rejects: findRejects(paths, run),
    steps: job.steps.map(({ id, uses }, step) => {
      const counts = byStep.get(step) ?? stateCounts({});
      return { id, uses, passed: countPassed(step, byStep), counts };
    }),
    lostAnswers: lostAnswerStatus(reader),
    waits,
    paid: paidStatus(reader, job),
    cost: runCost(job, reader, { walkFinished }),
    labels: job.labels ?? null,
    process: isRunning ? process : waiting,
    workers: isRunning ? workers : null,
    hasFleet: workers !== null,
    control,
    ...pace,
    schedule: isUnfinished(record.state)
      ? runSchedule(job, { now, since: record.createdAt, work })
      : null,
  };
}

/** The last known workers of a run's newest process, as text; null if it had none. */
function workersText(reader: LedgerReader, process: RunProcess | null): string | null {
  const since = process?.startedAt ?? 0;
  const isLast = ({ kind, at }: EventNote) => kind === 'workers-changed' && at >= since;
  return reader.events().findLast(isLast)?.text ?? null;
}

/** The items that a run still has to do, and how fast it does them; null if that is not measured. */
function workLeft({ timeLeft }: PaceStatus): WorkLeft | null {
  if (timeLeft === null) return null;
  const { ms, itemsPerSecond } = timeLeft;
  return { count: (ms * itemsPerSecond) / 1000, perSecond: itemsPerSecond };
}

/**
 * Counts the items that have completed this step: the items at later steps, and the items that are done
 * because this step was their last one.
 */
function countPassed(step: number, byStep: ReadonlyMap<number, StateCounts>): number {
  const later = [...byStep].filter(([other]) => other > step);
  const atLater = later.reduce((sum, [, { total }]) => sum + total, 0);
  return atLater + (byStep.get(step)?.done ?? 0);
}
