import type { ClassifiedError } from '../../core/failure.ts';
import type { Item } from '../../core/item.ts';
import type { JsonObject } from '../../core/json.ts';
import type { FailureNote, Outcome } from '../../core/outcome.ts';
import type { Random } from '../../core/world.ts';
import type { Operation, TransferNotes } from '../../operations/operation.ts';
import type { JobDurations } from '../service-state/job-durations.ts';
import type { OutageWatch } from '../service-state/outage-watch.ts';

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
      /** Present if no request for the item had an effect, so that nothing was paid. */
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

/** The result of a poll for a waiting item. */
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

/** One attempt to send a request: records its intent, then its results. */
export interface Attempt {
  /** True once the intent is durable. */
  readonly isIntended: boolean;
  /**
   * Records the intent with the current server time; resolves when it is durable. Called before every
   * physical send. `baseline` is the state that a later probe compares with, or null.
   */
  intend(baseline: JsonObject | null): Promise<void>;
  /** Ends the attempt: all results, counters and history in one transaction. */
  settle(results: readonly ItemResult[]): Promise<void>;
  /** Ends the attempt without effect. Its items continue in new attempts. */
  withdraw(note: FailureNote): Promise<void>;
}

/** Records attempts. In a single process, the ledger does this. */
export interface Journal {
  begin(task: Task): Attempt;
  /** The stored progress of an item's transfer at a step. */
  transferNotes(item: Item, step: number): TransferNotes;
  /** True if the answer to the item's request is stored but not yet checked. */
  hasAnswer(item: Item): boolean;
  /** Records the result of a poll: the outcome of the item, or the time of its next poll. */
  settlePoll(step: number, result: PollResult): Promise<void>;
}

/**
 * Dependencies of sending and polling. They are local in a single process; several cooperating processes
 * would supply their own.
 */
export interface TaskDependencies {
  readonly operation: Operation;
  readonly journal: Journal;
  /** Runs a request as soon as a slot is free. */
  readonly slot: <Result>(work: () => Promise<Result>) => Promise<Result>;
  /** Server time, ms. */
  readonly serverNow: () => number;
  /** True while the service's answers disagree about the time. */
  readonly isClockUntrusted: () => boolean;
  readonly random: Random;
  readonly policy: AttemptPolicy;
  /** Distinguishes an outage of the service from failing items. */
  readonly outage: OutageWatch;
  readonly durations: JobDurations;
  /** The reason why the clocks forbid a destructive request now; null if they allow it. */
  readonly clocksFault: () => ClassifiedError | null;
  /** False if the selection of these items is too old for a destructive request. */
  readonly isFresh: (items: readonly Item[]) => boolean;
  /** Stops the whole run. */
  readonly stopRun: (failure: ClassifiedError) => void;
  /** Aborts when no new request may be sent. */
  readonly stopSignal: AbortSignal;
  /** Aborts when requests in flight must be canceled. */
  readonly abort: AbortSignal;
}

/** How often and when an item is retried. */
export interface AttemptPolicy {
  readonly maxAttempts: number;
  readonly settleMs: number;
}

/**
 * Returns dependencies with a fixed time and a fixed random number. Items that failed together are then
 * retried together.
 */
export function withFrozenTime(deps: TaskDependencies): TaskDependencies {
  const now = deps.serverNow();
  const jitter = deps.random();
  return { ...deps, serverNow: () => now, random: () => jitter };
}

/** Groups items by their last request. Keeps their order. */
export function groupByRequest<Sent extends Item>(items: readonly Sent[]): Sent[][] {
  const requests = new Map<number | undefined, Sent[]>();
  for (const item of items) {
    const id = item.intent?.id;
    requests.set(id, [...(requests.get(id) ?? []), item]);
  }
  return [...requests.values()];
}
