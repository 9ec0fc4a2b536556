import { ClassifiedError, type FailureFacts } from '../../src/core/failure.ts';
import type { Item } from '../../src/core/item.ts';
import type { ItemState } from '../../src/core/item-state.ts';
import type { Outcome } from '../../src/core/outcome.ts';
import { LedgerJournal } from '../../src/engine/journal/ledger-journal.ts';
import { WorkQueue } from '../../src/engine/loop/work-queue.ts';
import type { RunEvent } from '../../src/engine/run-events.ts';
import { RunStop } from '../../src/engine/run-stop.ts';
import { executeTask } from '../../src/engine/send/execute-task.ts';
import { AnswerTimes } from '../../src/engine/service-state/answer-times.ts';
import { JobDurations } from '../../src/engine/service-state/job-durations.ts';
import {
  type OutageDependencies,
  OutageWatch,
} from '../../src/engine/service-state/outage-watch.ts';
import type { RecordedStep } from '../../src/engine/tasks/step-items.ts';
import type { TaskDependencies } from '../../src/engine/tasks/task.ts';
import type { ClaimedItem } from '../../src/ledger/item-row.ts';
import type {
  BatchOperation,
  BatchOutcomes,
  Doubt,
  EachOperation,
  Operation,
} from '../../src/operations/operation.ts';
import type { SendPermit } from '../../src/transport/send.ts';
import { FakeClock } from './fake-clock.ts';
import { givePage, tempLedger } from './temp-ledger.ts';

/** A failure; name only what a test is about. */
export function someFailure(facts: Partial<FailureFacts> = {}): ClassifiedError {
  return new ClassifiedError({
    kind: 'transient',
    effect: 'unknown',
    code: 'http_503',
    message: 'busy',
    status: 503,
    ...facts,
  });
}

/** An item as a step sees it; name only what a test is about. */
export function someItem(facts: Partial<Item> = {}): Item {
  return {
    seq: 1,
    key: 'a',
    attempts: 0,
    openSends: 0,
    sentAt: null,
    file: null,
    details: null,
    ...facts,
  };
}

/** An operation with one request for up to a hundred items. */
export function batchOperation(
  runChunk: (items: readonly Item[], permit: SendPermit) => Promise<BatchOutcomes>,
  changes: { doubt?: Doubt; chunkSize?: number } = {},
): BatchOperation {
  return {
    kind: 'test-batch',
    shape: 'batch',
    chunkSize: changes.chunkSize ?? 100,
    destructive: false,
    changesListing: false,
    doubt: changes.doubt ?? { class: 'idempotent' },
    runChunk,
  };
}

/** An operation with one request an item. */
export function eachOperation(
  runItem: (item: Item, permit: SendPermit) => Promise<Outcome>,
  changes: { doubt?: Doubt } = {},
): EachOperation {
  return {
    kind: 'test-each',
    shape: 'each',
    destructive: false,
    changesListing: false,
    doubt: changes.doubt ?? { class: 'idempotent' },
    runItem,
  };
}

/** All items of a chunk as done. */
export function allDone(items: readonly Item[]): BatchOutcomes {
  return new Map(items.map(({ key }) => [key, { kind: 'done' }]));
}

/** An outage watch over so many steps; its pauses are of fixed length: 5 s, 10 s and so on. */
export function outageOf(steps: number, deps: Partial<OutageDependencies> = {}): OutageWatch {
  const operation = batchOperation(async (items) => allDone(items));
  return new OutageWatch({
    steps: plainSteps(steps).map(({ id }) => ({ id, operation })),
    monotonic: () => 0,
    now: () => 0,
    random: () => 1,
    listener: () => undefined,
    ...deps,
  });
}

/** The executor with a real ledger and a clock that stands still. */
export function engineBench(
  options: { items?: number; steps?: number; concurrency?: number } = {},
) {
  const { items = 1, steps = 1, concurrency = 4 } = options;
  const { ledger, path, clock } = tempLedger({ clock: new FakeClock(Date.UTC(2026, 0, 1)) });
  if (items > 0) givePage(ledger, items);
  const events: RunEvent[] = [];
  const answers = { agree: true };
  const runStop = new RunStop();
  const queue = new WorkQueue(() => concurrency);
  const crash = () => undefined;
  const serverNow = () => clock.now();
  const listener = (event: RunEvent) => void events.push(event);
  const journal = new LedgerJournal({
    ledger,
    steps: plainSteps(steps),
    serverNow,
    crash,
    listener,
    redact: (text) => text,
  });
  const deps = (operation: Operation): TaskDependencies => ({
    operation,
    journal,
    slot: (work) => queue.run(work),
    serverNow,
    isClockUntrusted: () => !answers.agree,
    random: () => 0.5,
    durations: newDurations(),
    clock,
    answerTimes: new AnswerTimes(),
    isLastItem: () => false,
    policy: { maxAttempts: 8, settleMs: 90_000 },
    outage: outageOf(steps, { listener, monotonic: () => clock.monotonic() }),
    clocksFault: () => null,
    isFresh: () => true,
    stopRun: (failure) => runStop.stop({ kind: 'fatal', failure }),
    stopSignal: runStop.signal,
    abort: new AbortController().signal,
  });
  const claim = (step = 0, limit = 1000): ClaimedItem[] =>
    ledger.transaction(() => ledger.items.claim(step, { now: clock.now(), limit }));
  return {
    journal,
    ledger,
    path,
    clock,
    events,
    runStop,
    queue,
    deps,
    /** Whether the service's answers agree on the time. */
    answers,
    claim,
    /** Claims what is ready and takes it through the operation. */
    run: (operation: Operation, step = 0) =>
      executeTask({ step, items: claim(step) }, deps(operation)),
    /** Every item as the ledger has it. */
    placed: () => ledger.items.ofPage({ firstSeq: 1, selected: items }),
    states: (): ItemState[] =>
      ledger.items.ofPage({ firstSeq: 1, selected: items }).map(({ state }) => state),
  };
}

/** Durations of remote jobs of which nothing was learned and nothing is kept. */
export function newDurations(random = () => 0.5): JobDurations {
  return new JobDurations({ learned: () => null, keep: () => undefined }, random);
}

/** Steps that take every item's own file and stop an item that failed. */
export function plainSteps(count: number): RecordedStep[] {
  return Array.from({ length: count }, (_, place) => {
    const doubt = { class: 'undetectable' } as const;
    const operation = { shape: 'each', doubt, destructive: false } as const;
    return { id: `step-${place}`, continueOnFailure: false, paid: null, work: null, operation };
  });
}
