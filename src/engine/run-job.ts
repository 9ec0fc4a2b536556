import { toFailure } from '../core/failure.ts';
import type { RunState } from '../core/run.ts';
import type { StateCounts } from '../core/state-counts.ts';
import { countMatching } from '../ledger/count-matching.ts';
import { passCanary } from './canary.ts';
import { askForConsent, countEffects, describeProgress, needsConsent } from './consent.ts';
import { recoverRun } from './failure/recover-run.ts';
import { LedgerJournal } from './journal/ledger-journal.ts';
import { describeSpent } from './loop/paid-budgets.ts';
import { WakeSignal } from './loop/wake-signal.ts';
import type { WorkDependencies } from './loop/work-dependencies.ts';
import { runWorkLoop } from './loop/work-loop.ts';
import { WorkQueue } from './loop/work-queue.ts';
import type { RunDependencies } from './run-dependencies.ts';
import type { RunEvent } from './run-events.ts';
import { describeStop, waitsForAnswer } from './run-stop.ts';
import { JobDurations } from './service-state/job-durations.ts';
import { OutageWatch } from './service-state/outage-watch.ts';
import { sweepRun } from './sweep.ts';
import { fixedBatches } from './tasks/step-items.ts';
import { checkFailures, checkSelection, type Selected } from './walk/guards.ts';
import { PageRecheck } from './walk/recheck-pages.ts';
import { removeRepeats } from './walk/remove-repeats.ts';
import { trimSelection } from './walk/trim-selection.ts';
import { walkSource } from './walk/walk-source.ts';

/**
 * Runs a job to its end, starting from the state in its ledger. Repairs the states that a killed process
 * left, lists the source, checks the guards, runs the steps and records the end. If something fails, the run
 * stops with this failure as the reason.
 */
export async function runJob(
  deps: RunDependencies,
): Promise<{ state: RunState; counts: StateCounts }> {
  deps.ledger.watchTrouble((failure) => deps.runStop.stop({ kind: 'fatal', failure }));
  try {
    recoverRun({ ...deps, settleMs: deps.settings.settleMs });
    checkGuards(deps);
    if (needsSnapshot(deps)) await snapshotFirst(deps);
    else await whileWalking(deps);
    await sweepRun(deps, () => work(deps, new WakeSignal(), () => false));
  } catch (error) {
    const failure = toFailure(error);
    const isOwnStop = failure.kind === 'canceled' && deps.runStop.reason !== null;
    if (!isOwnStop) deps.runStop.stop({ kind: 'fatal', failure });
  }
  return recordEnd(deps);
}

/**
 * Stops a resumed run if its selection or its failures exceed a guard (a limit in the job). The user must
 * raise the guard before the next resume.
 */
function checkGuards(deps: RunDependencies): void {
  const { guards, ledger, runStop } = deps;
  const message = selectionFault(deps) ?? checkFailures(guards, ledger.items.counts());
  if (message !== null) runStop.stop({ kind: 'guard', message });
}

/** The message of the guard that the selection exceeds; null if it exceeds none. */
function selectionFault(deps: RunDependencies): string | null {
  const why = checkSelection(deps.guards, walkedSoFar(deps));
  if (why === null) return null;
  return `${why} ${describeProgress(deps.ledger)} Narrow the filter, or raise the guard in the job file, then run \`ucbulk resume --job FILE\`.`;
}

function walkedSoFar({ ledger, selection, steps }: RunDependencies): Selected {
  const { pages, run } = ledger;
  const listed = run.get().walkFinished ? (selection.plan?.listed ?? pages.listed()) : null;
  const selected = Math.min(countMatching(ledger), selection.limit ?? Number.POSITIVE_INFINITY);
  return { selected, listed, effects: countEffects(steps, selected) };
}

/**
 * True if the steps must wait until the whole source is listed. They wait in three cases:
 * - a step changes the listing, so that a later page could miss or repeat items;
 * - an item that is listed twice would do harm, so ucbulk must first remove repeated items;
 * - a guard, a canary, or the question before deletes and payments, needs the number of items.
 */
function needsSnapshot({ steps, selection, guards }: RunDependencies): boolean {
  // A run with a plan must know which planned items have changed.
  if (selection.plan !== undefined || !selection.source.uniqueKeys) return true;
  if (guards.maxItems !== null || guards.maxShare !== null) return true;
  if (guards.canary !== null) return true;
  return steps.some((step) => {
    const { changesListing, doubt } = step.operation;
    const isFixed = fixedBatches(step) !== null;
    return changesListing || isFixed || doubt.class === 'undetectable' || needsConsent(step);
  });
}

async function snapshotFirst(deps: RunDependencies): Promise<void> {
  const wakeSignal = new WakeSignal();
  await removeRepeats(deps, await walk(deps, wakeSignal));
  trimSelection(deps);
  const workOn = async (items: number): Promise<void> => {
    if (await askForConsent(deps, items)) await work(deps, wakeSignal, () => false);
  };
  if (await passCanary(deps, workOn)) await workOn(countMatching(deps.ledger));
}

/**
 * Runs the steps while the source is still being listed. Only for jobs whose steps need not wait for the
 * whole list.
 */
async function whileWalking(deps: RunDependencies): Promise<void> {
  const wakeSignal = new WakeSignal();
  let isWalking = true;
  const walked = walk(deps, wakeSignal)
    .catch((error: unknown) => {
      deps.runStop.stop({ kind: 'fatal', failure: toFailure(error) });
    })
    .finally(() => {
      isWalking = false;
      wakeSignal.wake();
    });
  await work(deps, wakeSignal, () => isWalking);
  await walked;
}

function walk(deps: RunDependencies, wakeSignal: WakeSignal): Promise<boolean> {
  return walkSource({
    ...deps,
    signal: deps.runStop.signal,
    countsAll: deps.guards.maxShare !== null,
    onPage: () => {
      const tooMany = selectionFault(deps);
      if (tooMany !== null) deps.runStop.stop({ kind: 'guard', message: tooMany });
      wakeSignal.wake();
    },
  });
}

/**
 * Emits an event. Also checks the guard on failures after each request that produced results. A check after
 * each group of 100 items would come too late.
 */
function emitAndGuard(event: RunEvent, { listener, guards, runStop }: RunDependencies): void {
  listener(event);
  if (event.kind !== 'items-settled') return;
  const tooMany = checkFailures(guards, event.counts);
  if (tooMany !== null) runStop.stop({ kind: 'guard', message: tooMany });
}

async function work(
  deps: RunDependencies,
  wakeSignal: WakeSignal,
  isWalking: () => boolean,
): Promise<void> {
  const { settings } = deps;
  const durations = new JobDurations(deps.durations, deps.random);
  // Wakes the loop after each request that moved items to the next step. Otherwise, the next step would start
  // only when all items that were claimed together have ended.
  const isStepFollowed = deps.steps.length > 1 || deps.steps[0]?.operation.shape === 'remote';
  const listener = (event: RunEvent): void => {
    emitAndGuard(event, deps);
    if (isStepFollowed && event.kind === 'items-settled') wakeSignal.wake();
  };
  const workDependencies: WorkDependencies = {
    ...deps,
    journal: new LedgerJournal({ ...deps, listener, evidenceFrom: deps.selection.evidenceFrom }),
    queue: new WorkQueue(deps.concurrency, () => wakeSignal.wake()),
    recheck: new PageRecheck({
      ...deps,
      recheckAfterMs: settings.recheckAfterMs,
      signal: deps.runStop.signal,
    }),
    policy: settings,
    durations,
    outage: new OutageWatch({
      ...deps,
      monotonic: () => deps.clock.monotonic(),
      now: () => deps.clock.now(),
    }),
    resultsFirst: settings.resultsFirst,
    wakeSignal,
    isWalking,
  };
  await runWorkLoop(workDependencies);
  const spent = deps.runStop.reason === null ? describeSpent(deps) : null;
  if (spent !== null) deps.runStop.stop({ kind: 'budget', message: spent, mustBeRaised: true });
  durations.keep();
}

async function recordEnd(deps: RunDependencies): Promise<{ state: RunState; counts: StateCounts }> {
  const { ledger, runStop } = deps;
  const counts = ledger.items.counts();
  let state = endState(deps, counts);
  try {
    const reason = runStop.reason === null ? null : describeStop(runStop.reason);
    // If the user declined the run, its state and reason are recorded already.
    if (state !== 'declined') {
      const isOpen = waitsForAnswer(runStop.reason);
      ledger.transactionFromReserve(() => {
        ledger.run.setState(state, reason, deps.serverNow(), isOpen);
      });
    }
  } catch (error) {
    // The end of the run could not be recorded, so the run is not finished. The next resume continues from
    // the last recorded state.
    runStop.stop({ kind: 'fatal', failure: toFailure(error) });
    state = 'aborted';
  }
  await deps.crash('run-finished');
  deps.listener({ kind: 'run-ended', state, counts });
  return { state, counts };
}

function endState(deps: RunDependencies, counts: StateCounts): RunState {
  const { runStop, ledger } = deps;
  if (ledger.run.get().state === 'declined') return 'declined';
  if (runStop.reason === null) return counts['in-doubt'] > 0 ? 'interrupted' : 'finished';
  if (isWhole(deps, counts)) return 'finished';
  const { kind } = runStop.reason;
  const isResumable = ['user', 'duration', 'window', 'canary'].includes(kind);
  return isResumable ? 'interrupted' : 'aborted';
}

/** True if all work and all comparisons were done, although something stopped the run. */
function isWhole({ ledger, sweeps }: RunDependencies, counts: StateCounts): boolean {
  const open = counts.pending + counts.running + counts.waiting + counts['in-doubt'];
  const isCompared = sweeps == null || ledger.sweeps.last()?.reopened === 0;
  return open === 0 && ledger.run.get().walkFinished && isCompared;
}
