import type { ConfirmAnswer, ConsentQuestion } from '../core/consent.ts';
import { type ClassifiedError, failureOf } from '../core/failure.ts';
import type { RunState } from '../core/run.ts';
import type { StateCounts } from '../core/state-counts.ts';
import type { Clock, CrashHook, Random } from '../core/world.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { countEffects, mayProceed, needsConsent, whatWasDone } from './consent.ts';
import { recoverRun } from './failure/recover-run.ts';
import { LedgerJournal } from './journal/ledger-journal.ts';
import { describeSpent } from './loop/paid-budgets.ts';
import { Pulse } from './loop/wake-signal.ts';
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

/** Everything a run is made of. */
export interface RunPorts {
  readonly ledger: Ledger;
  readonly selection: Selection;
  readonly steps: readonly EngineStep[];
  readonly guards: Guards;
  readonly settings: EngineSettings;
  readonly clock: Clock;
  /** The service's time, ms. */
  readonly serverNow: () => number;
  /** True while its answers do not agree on it. */
  readonly isClockUnsure: () => boolean;
  /** Why nothing may be deleted by the clocks as they are now; null if that may be. */
  readonly clocksFault: () => ClassifiedError | null;
  readonly random: Random;
  /** Where what is learned of remote jobs outlives the run. */
  readonly durations: DurationStore;
  readonly crash: CrashHook;
  readonly halt: Halt;
  /** Aborts when requests under way are to be cut off. */
  readonly abort: AbortSignal;
  readonly listener: RunListener;
  /** Runs `claim` while no other run claims work that is paid for; `claim` must not wait. */
  readonly inTurn: <Result>(claim: () => Result) => Promise<Result>;
  /** Takes secrets out of what the service said, before it is kept. */
  readonly redact: (text: string) => string;
  /** Asks before the first request of the run that deletes or is paid for; a yes lets it work. */
  readonly confirm: (question: ConsentQuestion) => Promise<ConfirmAnswer>;
}

/**
 * A run from where its ledger says to its end: recover, walk, check, work, close the books.
 * Never throws: what goes wrong is the halt's reason.
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
  return closeBooks(ports);
}

/** A guard that stopped the run holds until it is raised: to resume is not to agree. */
function checkGuards(ports: RunPorts): void {
  const { guards, ledger, halt } = ports;
  const message = selectionFault(ports) ?? checkFailures(guards, ledger.items.counts());
  if (message !== null) halt.stop({ kind: 'guard', message });
}

/** Why a guard stops the run, what was done, and how to continue; null if none does. */
function selectionFault(ports: RunPorts): string | null {
  const why = checkSelection(ports.guards, walkedSoFar(ports));
  if (why === null) return null;
  return `${why} ${whatWasDone(ports.ledger)} Narrow the filter, or raise the guard and go on with \`ucbulk resume --job FILE\`.`;
}

function walkedSoFar({ ledger, steps }: RunPorts): Selected {
  const { items, pages, run } = ledger;
  const listed = run.get().walkFinished ? pages.listed() : null;
  const selected = items.counts().total;
  return { selected, listed, effects: countEffects(steps, selected) };
}

/**
 * Steps that change what the listing shows act on the finished selection: nothing can drift under
 * the cursor. So do all steps if an item named twice would do harm, and if the number of items
 * decides whether anything is done at all: for a guard, or for the question before deletes and
 * payments.
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
  const pulse = new Pulse();
  await walk(ports, pulse);
  deduplicate(ports);
  if (await mayProceed(ports)) await work(ports, pulse, () => false);
}

/** A listing, too, may name an item again, if the service errs. */
function deduplicate({ ledger, halt, selection }: RunPorts): void {
  if (ledger.run.get().deduplicated !== null || halt.reason !== null) return;
  ledger.transaction(() => {
    const removed = ledger.items.removeDuplicates();
    ledger.run.setDeduplicated(selection.source.uniqueKeys ? 0 : removed);
  });
}

/** Other steps start while pages still come in. */
async function whileWalking(ports: RunPorts): Promise<void> {
  const pulse = new Pulse();
  let isWalking = true;
  const walked = walk(ports, pulse)
    .catch((error: unknown) => ports.halt.stop({ kind: 'fatal', failure: failureOf(error) }))
    .finally(() => {
      isWalking = false;
      pulse.beat();
    });
  await work(ports, pulse, () => isWalking);
  await walked;
}

function walk(ports: RunPorts, pulse: Pulse): Promise<void> {
  return walkSource({
    ...ports,
    signal: ports.halt.signal,
    onPage: () => {
      const tooMany = selectionFault(ports);
      if (tooMany !== null) ports.halt.stop({ kind: 'guard', message: tooMany });
      pulse.beat();
    },
  });
}

/** The guard looks at every settled request, not at every window of a hundred. */
function tellAndGuard(event: RunEvent, { listener, guards, halt }: RunPorts): void {
  listener(event);
  if (event.kind !== 'items-settled') return;
  const tooMany = checkFailures(guards, event.counts);
  if (tooMany !== null) halt.stop({ kind: 'guard', message: tooMany });
}

async function work(ports: RunPorts, pulse: Pulse, isWalking: () => boolean): Promise<void> {
  const { settings } = ports;
  const durations = new JobDurations(ports.durations, ports.random);
  // What a request of a window began, or passed on, is not to wait for the window's end.
  const goesOn = ports.steps.length > 1 || ports.steps[0]?.operation.shape === 'remote';
  const listener = (event: RunEvent): void => {
    tellAndGuard(event, ports);
    if (goesOn && event.kind === 'items-settled') pulse.beat();
  };
  const workPorts: WorkPorts = {
    ...ports,
    journal: new LedgerJournal({ ...ports, listener }),
    queue: new WorkQueue(settings.concurrency, () => pulse.beat()),
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
    pulse,
    isWalking,
  };
  await runWorkLoop(workPorts);
  const spent = ports.halt.reason === null ? describeSpent(ports) : null;
  if (spent !== null) ports.halt.stop({ kind: 'budget', message: spent, mustBeRaised: true });
  durations.keep();
}

async function closeBooks(ports: RunPorts): Promise<{ state: RunState; counts: StateCounts }> {
  const { ledger, halt } = ports;
  const counts = ledger.items.counts();
  let state = endState(ports, counts);
  try {
    const reason = halt.reason === null ? null : describeStop(halt.reason);
    // A declined run has had its state and its reason since the answer.
    if (state !== 'declined') {
      ledger.transactionFromReserve(() => ledger.run.setState(state, reason, ports.serverNow()));
    }
  } catch (error) {
    // If the state could not be written, the next resume finds the run as it was: this one has not
    // finished it.
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

/** True where the brake came too late to leave anything undone. */
function isWhole(ledger: Ledger, counts: StateCounts): boolean {
  const open = counts.pending + counts.running + counts.waiting + counts['in-doubt'];
  return open === 0 && ledger.run.get().walkFinished;
}
