import type { ConfirmAnswer, ConsentQuestion } from '../core/consent.ts';
import { type ClassifiedError, failureOf } from '../core/failure.ts';
import type { RunState } from '../core/run.ts';
import type { StateCounts } from '../core/state-counts.ts';
import type { Clock, CrashHook, Random } from '../core/world.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { countEffects, describeProgress, mayProceed, needsConsent } from './consent.ts';
import { recoverRun } from './failure/recover-run.ts';
import { LedgerJournal } from './journal/ledger-journal.ts';
import { describeSpent } from './loop/paid-budgets.ts';
import { WakeSignal } from './loop/wake-signal.ts';
import { runWorkLoop } from './loop/work-loop.ts';
import type { WorkPorts } from './loop/work-ports.ts';
import { WorkQueue } from './loop/work-queue.ts';
import type { RunEvent, RunListener } from './run-events.ts';
import { describeStop, type Halt } from './run-stop.ts';
import { type DurationStore, JobDurations } from './service-state/job-durations.ts';
import { OutageWatch } from './service-state/outage-watch.ts';
import type { EngineSettings } from './settings.ts';
import { type EngineStep, fixedBatches } from './tasks/step-items.ts';
import { checkFailures, checkSelection, type Guards, type Selected } from './walk/guards.ts';
import { PageRecheck } from './walk/recheck-pages.ts';
import type { Selection } from './walk/selection.ts';
import { walkSource } from './walk/walk-source.ts';

/** Everything that a run needs. */
export interface RunPorts {
  readonly ledger: Ledger;
  readonly selection: Selection;
  readonly steps: readonly EngineStep[];
  readonly guards: Guards;
  readonly settings: EngineSettings;
  readonly clock: Clock;
  /** Server time, ms. */
  readonly serverNow: () => number;
  /** True while the service's answers disagree about the time. */
  readonly isClockUntrusted: () => boolean;
  /** The reason why the clocks forbid deletes now; null if they allow them. */
  readonly clocksFault: () => ClassifiedError | null;
  readonly random: Random;
  /** Keeps learned durations of remote jobs for later runs. */
  readonly durations: DurationStore;
  readonly crash: CrashHook;
  readonly halt: Halt;
  /** Aborts when requests in flight must be cut off. */
  readonly abort: AbortSignal;
  readonly listener: RunListener;
  /** Runs `claim` while no other run claims paid work. `claim` must not wait. */
  readonly inTurn: <Result>(claim: () => Result) => Promise<Result>;
  /** Removes secrets from texts of the service before they are stored. */
  readonly redact: (text: string) => string;
  /** Asks before the first request that deletes or pays. */
  readonly confirm: (question: ConsentQuestion) => Promise<ConfirmAnswer>;
}

/**
 * Runs a job from the state of its ledger to the end: recover, walk, check, work, record the end.
 * A failure becomes the reason of the stop.
 */
export async function runJob(ports: RunPorts): Promise<{ state: RunState; counts: StateCounts }> {
  ports.ledger.watchTrouble((failure) => ports.halt.stop({ kind: 'fatal', failure }));
  try {
    recoverRun({ ...ports, settleMs: ports.settings.settleMs });
    checkGuards(ports);
    if (needsSnapshot(ports)) await snapshotFirst(ports);
    else await whileWalking(ports);
  } catch (error) {
    const failure = failureOf(error);
    const isOwnStop = failure.kind === 'canceled' && ports.halt.reason !== null;
    if (!isOwnStop) ports.halt.stop({ kind: 'fatal', failure });
  }
  return recordEnd(ports);
}

/** A guard that stopped the run still holds on resume, until it is raised. */
function checkGuards(ports: RunPorts): void {
  const { guards, ledger, halt } = ports;
  const message = selectionFault(ports) ?? checkFailures(guards, ledger.items.counts());
  if (message !== null) halt.stop({ kind: 'guard', message });
}

/** The message of the guard that stops the run; null if none does. */
function selectionFault(ports: RunPorts): string | null {
  const why = checkSelection(ports.guards, walkedSoFar(ports));
  if (why === null) return null;
  return `${why} ${describeProgress(ports.ledger)} Narrow the filter, or raise the guard and go on with \`ucbulk resume --job FILE\`.`;
}

function walkedSoFar({ ledger, steps }: RunPorts): Selected {
  const { items, pages, run } = ledger;
  const listed = run.get().walkFinished ? pages.listed() : null;
  const selected = items.counts().total;
  return { selected, listed, effects: countEffects(steps, selected) };
}

/**
 * True if the steps must wait for the finished selection:
 * - they change the listing, so that items could move under the cursor;
 * - an item that is listed twice would do harm;
 * - the number of items decides about a guard, or about the question before deletes and payments.
 */
function needsSnapshot({ steps, selection, guards }: RunPorts): boolean {
  if (!selection.source.uniqueKeys || guards.maxItems !== null) return true;
  if (guards.maxShare !== null) return true;
  return steps.some((step) => {
    const { changesListing, doubt } = step.operation;
    const isFixed = fixedBatches(step) !== null;
    return changesListing || isFixed || doubt.class === 'undetectable' || needsConsent(step);
  });
}

async function snapshotFirst(ports: RunPorts): Promise<void> {
  const wakeSignal = new WakeSignal();
  await walk(ports, wakeSignal);
  deduplicate(ports);
  if (await mayProceed(ports)) await work(ports, wakeSignal, () => false);
}

/** A listing may repeat an item too, if the service makes a mistake. */
function deduplicate({ ledger, halt, selection }: RunPorts): void {
  if (ledger.run.get().deduplicated !== null || halt.reason !== null) return;
  ledger.transaction(() => {
    const removed = ledger.items.removeDuplicates();
    ledger.run.setDeduplicated(selection.source.uniqueKeys ? 0 : removed);
  });
}

/** Other steps start while pages are still being listed. */
async function whileWalking(ports: RunPorts): Promise<void> {
  const wakeSignal = new WakeSignal();
  let isWalking = true;
  const walked = walk(ports, wakeSignal)
    .catch((error: unknown) => ports.halt.stop({ kind: 'fatal', failure: failureOf(error) }))
    .finally(() => {
      isWalking = false;
      wakeSignal.wake();
    });
  await work(ports, wakeSignal, () => isWalking);
  await walked;
}

function walk(ports: RunPorts, wakeSignal: WakeSignal): Promise<void> {
  return walkSource({
    ...ports,
    signal: ports.halt.signal,
    onPage: () => {
      const tooMany = selectionFault(ports);
      if (tooMany !== null) ports.halt.stop({ kind: 'guard', message: tooMany });
      wakeSignal.wake();
    },
  });
}

/** The guard checks every settled request, not only every window of a hundred. */
function emitAndGuard(event: RunEvent, { listener, guards, halt }: RunPorts): void {
  listener(event);
  if (event.kind !== 'items-settled') return;
  const tooMany = checkFailures(guards, event.counts);
  if (tooMany !== null) halt.stop({ kind: 'guard', message: tooMany });
}

async function work(
  ports: RunPorts,
  wakeSignal: WakeSignal,
  isWalking: () => boolean,
): Promise<void> {
  const { settings } = ports;
  const durations = new JobDurations(ports.durations, ports.random);
  // Items that a request moved to the next step must not wait for the end of its window.
  const isStepFollowed = ports.steps.length > 1 || ports.steps[0]?.operation.shape === 'remote';
  const listener = (event: RunEvent): void => {
    emitAndGuard(event, ports);
    if (isStepFollowed && event.kind === 'items-settled') wakeSignal.wake();
  };
  const workPorts: WorkPorts = {
    ...ports,
    journal: new LedgerJournal({ ...ports, listener }),
    queue: new WorkQueue(settings.concurrency, () => wakeSignal.wake()),
    recheck: new PageRecheck({
      ...ports,
      recheckAfterMs: settings.recheckAfterMs,
      signal: ports.halt.signal,
    }),
    policy: settings,
    durations,
    outage: new OutageWatch({
      ...ports,
      monotonic: () => ports.clock.monotonic(),
      now: () => ports.clock.now(),
    }),
    resultsFirst: settings.resultsFirst,
    wakeSignal,
    isWalking,
  };
  await runWorkLoop(workPorts);
  const spent = ports.halt.reason === null ? describeSpent(ports) : null;
  if (spent !== null) ports.halt.stop({ kind: 'budget', message: spent, mustBeRaised: true });
  durations.keep();
}

async function recordEnd(ports: RunPorts): Promise<{ state: RunState; counts: StateCounts }> {
  const { ledger, halt } = ports;
  const counts = ledger.items.counts();
  let state = endState(ports, counts);
  try {
    const reason = halt.reason === null ? null : describeStop(halt.reason);
    // A declined run already has its state and its reason.
    if (state !== 'declined') {
      ledger.transactionFromReserve(() => ledger.run.setState(state, reason, ports.serverNow()));
    }
  } catch (error) {
    // If the state could not be written, the run is not finished: the next resume finds it as it was.
    halt.stop({ kind: 'fatal', failure: failureOf(error) });
    state = 'aborted';
  }
  await ports.crash('run-finished');
  ports.listener({ kind: 'run-ended', state, counts });
  return { state, counts };
}

function endState({ halt, ledger }: RunPorts, counts: StateCounts): RunState {
  if (ledger.run.get().state === 'declined') return 'declined';
  if (halt.reason === null) return counts['in-doubt'] > 0 ? 'interrupted' : 'finished';
  if (isWhole(ledger, counts)) return 'finished';
  const isResumable = halt.reason.kind === 'user' || halt.reason.kind === 'duration';
  return isResumable ? 'interrupted' : 'aborted';
}

/** True if the stop came too late to leave anything undone. */
function isWhole(ledger: Ledger, counts: StateCounts): boolean {
  const open = counts.pending + counts.running + counts.waiting + counts['in-doubt'];
  return open === 0 && ledger.run.get().walkFinished;
}
