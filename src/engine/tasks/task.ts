import type { ClassifiedError } from '../../core/failure.ts';
import type { Item } from '../../core/item.ts';
import type { JsonObject } from '../../core/json.ts';
import type { FailureNote, Outcome } from '../../core/outcome.ts';
import type { Clock, Random } from '../../core/world.ts';
import type { SentItems } from '../../ledger/item-table.ts';
import type { Operation, TransferNotes } from '../../operations/operation.ts';
import type { AnswerTimes } from '../service-state/answer-times.ts';
import type { JobDurations } from '../service-state/job-durations.ts';
import type { OutageWatch } from '../service-state/outage-watch.ts';
import type { HookCalls } from './item-hooks.ts';

/** Up to 100 items of one step, as plain data. */
export interface Task {
  readonly step: number;
  readonly items: readonly Item[];
}

/** The result of one attempt for one item. */
export type ItemResult = { readonly item: Item } & (
  | {
      readonly to: 'outcome';
      readonly outcome: Outcome;
      /** Present if no request for the item had an effect, so that nothing was paid for it. */
      readonly effect?: 'none';
    }
  | {
      readonly to: 'retry';
      readonly effect: 'none' | 'unknown';
      readonly countsAsAttempt: boolean;
      /** The earliest time of the next attempt, server time, ms. */
      readonly notBefore: number;
      readonly note: FailureNote;
    }
  | {
      readonly to: 'release';
      readonly effect: 'none' | 'unknown';
      /** The earliest time of the next attempt, server time, ms; immediately if absent. */
      readonly notBefore?: number;
    }
  | { readonly to: 'in-doubt'; readonly note: FailureNote }
  /** The step does not apply to the item, so the item continues at the next step. */
  | { readonly to: 'pass' }
  /** A remote job has begun. Its first poll is due at `notBefore`, server time, ms. */
  | { readonly to: 'waiting'; readonly token: string; readonly notBefore: number }
);

/** The result of a poll for an item that waits for its remote job. */
export type PollResult = { readonly item: Item } & (
  | { readonly to: 'outcome'; readonly outcome: Outcome }
  | { readonly to: 'in-doubt'; readonly note: FailureNote }
  | {
      readonly to: 'waiting';
      readonly notBefore: number;
      /**
       * The last time at which the job was found running, server time, ms; null if the poll got no answer.
       */
      readonly runningAt: number | null;
      /** The new token of the job; unchanged if absent. */
      readonly token?: string;
    }
);

/** A waiting item and its remote job. */
export interface OpenRemoteJob {
  readonly item: Item;
  readonly token: string;
  /** The time when the job was started, server time, ms. */
  readonly startedAt: number;
  /** The last time at which the job was found running, server time, ms; null if never. */
  readonly runningAt: number | null;
}

/** One attempt to process items of a task. Records the intent before the request and the results after it. */
export interface Attempt {
  /** True once the intent is safe on disk. */
  readonly isIntended: boolean;
  /** The id of the intent in the ledger; null if none was written. */
  readonly id: number | null;
  /**
   * Records the intent with the current server time. Resolves when the intent is safe on disk. Must be called
   * before each physical send. `baseline` is stored with the intent, so that a later probe can compare the
   * state after the request with it. Null if the operation needs none.
   */
  intend(baseline: JsonObject | null): Promise<void>;
  /** Ends the attempt. Writes all results, counters and the history in one transaction. */
  settle(results: readonly ItemResult[]): Promise<void>;
  /** Ends the attempt because its request had no effect. The items continue in new attempts. */
  withdraw(note: FailureNote): Promise<void>;
}

/** Records attempts. The implementation writes them to the ledger. */
export interface Journal {
  begin(task: Task): Attempt;
  /** Access to the stored progress of an item's upload at a step. */
  transferNotes(item: Item, step: number): TransferNotes;
  /** True if the answer to the item's request is stored and must still be checked. */
  hasAnswer(item: Item): boolean;
  /** Records the result of a poll: the outcome of the item, or the time of its next poll. */
  settlePoll(step: number, result: PollResult): Promise<void>;
  /**
   * Records the answer to a request that counted as lost. Changes only items that are still in doubt because of this
   * request. `decide` returns null for an item that stays in doubt.
   */
  settleLate(sent: SentItems, decide: (item: Item) => ItemResult | null): Promise<void>;
}

/** Dependencies of the code that sends requests and polls. */
export interface TaskDependencies {
  readonly operation: Operation;
  readonly journal: Journal;
  /** The hooks of the user's program; undefined if there are none. */
  readonly hooks?: HookCalls | undefined;
  /** Runs `work` as soon as fewer requests are in flight than the limit allows. */
  readonly slot: <Result>(work: () => Promise<Result>) => Promise<Result>;
  /** Server time, ms. */
  readonly serverNow: () => number;
  /** True while ucbulk does not know the service's time, because its answers show different times. */
  readonly isClockUntrusted: () => boolean;
  readonly random: Random;
  readonly policy: AttemptPolicy;
  /** Distinguishes an outage of the service from failures of single items. */
  readonly outage: OutageWatch;
  readonly durations: JobDurations;
  readonly clock: Pick<Clock, 'monotonic'>;
  /** Measures how long requests wait for their answers. */
  readonly answerTimes: AnswerTimes;
  /** True if no other item of the run is open, so that waiting for other items gains nothing. */
  readonly isLastItem: () => boolean;
  /**
   * The reason why a delete is not allowed now, because the clocks differ too much; null if it is allowed.
   */
  readonly clocksFault: () => ClassifiedError | null;
  /** False if the last check of these items is too old for a delete. */
  readonly isFresh: (items: readonly Item[]) => boolean;
  /** Stops the whole run. */
  readonly stopRun: (failure: ClassifiedError) => void;
  /** Aborts when no new request may be sent. */
  readonly stopSignal: AbortSignal;
  /** Aborts when requests in flight must be canceled. */
  readonly abort: AbortSignal;
}

/** Limits and times of retries. */
export interface AttemptPolicy {
  readonly maxAttempts: number;
  readonly settleMs: number;
}

/**
 * Returns dependencies with a fixed time and a fixed random number. Items that failed together then get the
 * same retry time, so they can be retried together.
 */
export function withFrozenTime(deps: TaskDependencies): TaskDependencies {
  const now = deps.serverNow();
  const jitter = deps.random();
  return { ...deps, serverNow: () => now, random: () => jitter };
}

/** Groups items that were in the same last request. Keeps the order of the items. */
export function groupByRequest<Sent extends Item>(items: readonly Sent[]): Sent[][] {
  const requests = new Map<number | undefined, Sent[]>();
  for (const item of items) {
    const id = item.intent?.id;
    requests.set(id, [...(requests.get(id) ?? []), item]);
  }
  return [...requests.values()];
}
