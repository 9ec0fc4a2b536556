import { formatCounted } from '../core/counted.ts';
import { failureOf } from '../core/failure.ts';
import type { RunState } from '../core/run.ts';
import type { StateCounts } from '../core/state-counts.ts';
import type { Clock, CrashHook, Random } from '../core/world.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { checkFailures, checkSelection, type Guards, type Selected } from './guards.ts';
import type { Halt } from './halt.ts';
import { type DurationStore, JobDurations } from './job-durations.ts';
import { LedgerJournal } from './ledger-journal.ts';
import { OutageWatch } from './outage-watch.ts';
import { describeSpent } from './paid-budgets.ts';
import { Pulse } from './pulse.ts';
import { PageRecheck } from './recheck-pages.ts';
import { recoverRun } from './recover-run.ts';
import type { RunEvent, RunListener } from './run-events.ts';
import type { Selection } from './selection.ts';
import type { EngineSettings } from './settings.ts';
import type { EngineStep } from './step-items.ts';
import { describeStop } from './stop-reason.ts';
import { walkSource } from './walk-source.ts';
import { runWorkLoop } from './work-loop.ts';
import type { WorkPorts } from './work-ports.ts';
import { WorkQueue } from './work-queue.ts';

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
  readonly random: Random;
  /** Where what is learned of remote jobs outlives the run. */
  readonly durations: DurationStore;
  readonly crash: CrashHook;
  readonly halt: Halt;
  /** Aborts when requests under way are to be cut off. */
  readonly abort: AbortSignal;
  readonly listener: RunListener;
  /** Takes secrets out of what the service said, before it is kept. */
  readonly redact: (text: string) => string;
  /** Asks before the first destructive request of the run; false stops it. */
  readonly confirm: (question: { operation: string; items: number }) => Promise<boolean>;
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
function checkGuards({ guards, ledger, halt }: RunPorts): void {
  const message = selectionFault(guards, ledger) ?? checkFailures(guards, ledger.items.counts());
  if (message !== null) halt.stop({ kind: 'guard', message });
}

/** Why the selection holds the run up, what was done of it, and how to go on; null where it does not. */
function selectionFault(guards: Guards, ledger: Ledger): string | null {
  const why = checkSelection(guards, walkedSoFar(ledger));
  if (why === null) return null;
  const { total } = ledger.items.counts();
  // A resume may bring a guard that the run did not begin with.
  const isUntouched = ledger.items.countsByStep().get(0)?.pending === total;
  const done = isUntouched ? 'Nothing was done.' : 'Nothing more is done.';
  return `${why} ${done} Narrow the filter, or raise the guard and go on with \`ucbulk resume --job FILE\`.`;
}

function walkedSoFar({ items, pages, run }: Ledger): Selected {
  const listed = run.get().walkFinished ? pages.listed() : null;
  return { selected: items.counts().total, listed };
}

/**
 * Steps that change what the listing shows act on the finished selection: nothing can drift under
 * the cursor. So do all steps where an item named twice would do harm, and where the number of
 * items decides whether anything is done at all.
 */
function needsSnapshot({ steps, selection, guards }: RunPorts): boolean {
  if (!selection.source.uniqueKeys || guards.maxItems !== null) return true;
  if (guards.maxShare !== null) return true;
  return steps.some(({ operation }) => {
    return operation.changesListing || operation.doubt.class === 'undetectable';
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
      const tooMany = selectionFault(ports.guards, ports.ledger);
      if (tooMany !== null) ports.halt.stop({ kind: 'guard', message: tooMany });
      pulse.beat();
    },
  });
}

/** Guards and the person look at the finished selection once, before anything destructive. */
async function mayProceed(ports: RunPorts): Promise<boolean> {
  const { ledger, halt } = ports;
  if (halt.reason !== null) return false;
  const destructive = ports.steps.find(({ operation }) => operation.destructive);
  const items = ledger.items.counts().total;
  if (destructive === undefined || items === 0 || ledger.run.get().confirmedAt !== null)
    return true;
  if (!(await ports.confirm({ operation: destructive.operation.kind, items }))) {
    const message = `Not confirmed: ${destructive.operation.kind} of ${formatCounted(items, 'item')} needs a yes (type the count, or give --yes). Nothing was done.`;
    halt.stop({ kind: 'guard', message });
    return false;
  }
  ledger.transaction(() => ledger.run.setConfirmed(ports.serverNow()));
  return true;
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
    outage: new OutageWatch({ ...ports, monotonic: () => ports.clock.monotonic() }),
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
    ledger.transactionFromReserve(() => {
      const reason = halt.reason === null ? null : describeStop(halt.reason);
      ledger.run.setState(state, reason, ports.serverNow());
    });
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
