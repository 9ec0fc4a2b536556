import type { ClassifiedError } from '../../core/failure.ts';
import type { Item } from '../../core/item.ts';
import type { JsonObject } from '../../core/json.ts';
import type { FailureNote, Outcome } from '../../core/outcome.ts';
import type { Random } from '../../core/world.ts';
import type { Operation, TransferNotes } from '../../operations/operation.ts';
import type { JobDurations } from '../service-state/job-durations.ts';
import type { OutageWatch } from '../service-state/outage-watch.ts';

/** Work on up to 100 items of one step: plain data. */
export interface Task {
  readonly step: number;
  readonly items: readonly Item[];
}

/** What an attempt left of an item. `intended`: its intent was written, so its send counts as open. */
export type ItemResult = { readonly item: Item } & (
  | {
      readonly to: 'outcome';
      readonly outcome: Outcome;
      /** Where no request for it had any: nothing is owed for the item. */
      readonly effect?: 'none';
    }
  | {
      readonly to: 'retry';
      readonly effect: 'none' | 'unknown';
      readonly countsAsAttempt: boolean;
      /** Server time, ms. */
      readonly notBefore: number;
      readonly note: FailureNote;
    }
  | {
      readonly to: 'release';
      readonly effect: 'none' | 'unknown';
      /** Server time, ms; at once where absent. */
      readonly notBefore?: number;
    }
  | { readonly to: 'in-doubt'; readonly note: FailureNote }
  /** The step is not for the item, which goes on to the next. */
  | { readonly to: 'pass' }
  /** A remote job has begun; first asked about at `notBefore`, server time, ms. */
  | { readonly to: 'waiting'; readonly token: string; readonly notBefore: number }
);

/** What a poll left of a waiting item. */
export type PollResult = { readonly item: Item } & (
  | { readonly to: 'outcome'; readonly outcome: Outcome }
  | { readonly to: 'in-doubt'; readonly note: FailureNote }
  | {
      readonly to: 'waiting';
      readonly notBefore: number;
      /** When the job was found running, server time, ms; null where the question got no answer. */
      readonly runningAt: number | null;
      /** What the job is asked about by from now on; the same as before where absent. */
      readonly token?: string;
    }
);

/** A waiting item and the job it waits for. */
export interface OpenRemoteJob {
  readonly item: Item;
  readonly token: string;
  /** Server time, ms. */
  readonly startedAt: number;
  /** When it was last found running, server time, ms; null where it was not yet. */
  readonly runningAt: number | null;
}

/** One attempt with a request: its intent, then its end. */
export interface Attempt {
  /** True once the intent is durable. */
  readonly isIntended: boolean;
  /**
   * Resolves once the intent, with this moment's server time, is durable. Called before every
   * physical send; `baseline` is what the operation wants its probe to compare with, null for nothing.
   */
  intend(baseline: JsonObject | null): Promise<void>;
  /** Ends the attempt: all results, counters and history in one transaction. */
  settle(results: readonly ItemResult[]): Promise<void>;
  /** Ends the attempt as one without effect; its items go on in other attempts. */
  withdraw(note: FailureNote): Promise<void>;
}

/** Where attempts are recorded. In this process: the ledger. */
export interface Journal {
  begin(task: Task): Attempt;
  /** Where the transfer of an item at a step keeps how far it is. */
  transferNotes(item: Item, step: number): TransferNotes;
  /** True if the answer to the item's request is kept and its check has not ended. */
  hasAnswer(item: Item): boolean;
  /** Ends a poll: the item's outcome, or when to ask again. */
  settlePoll(step: number, result: PollResult): Promise<void>;
}

/** What the executor may use. In-process here; a fleet has its own versions. */
export interface TaskPorts {
  readonly operation: Operation;
  readonly journal: Journal;
  /** Runs a request when a place is free. */
  readonly slot: <Result>(work: () => Promise<Result>) => Promise<Result>;
  /** The service's time, ms. */
  readonly serverNow: () => number;
  /** True while its answers do not agree on it. */
  readonly isClockUnsure: () => boolean;
  readonly random: Random;
  readonly policy: AttemptPolicy;
  /** Tells a service that is down from items that fail. */
  readonly outage: OutageWatch;
  readonly durations: JobDurations;
  /** Why a destructive request may not leave by the clocks as they are now; null if it may. */
  readonly clocksFault: () => ClassifiedError | null;
  /** False once the selection of these items is too old for a destructive request. */
  readonly isFresh: (items: readonly Item[]) => boolean;
  /** Stops the whole run: no new request leaves from now on. */
  readonly brake: (failure: ClassifiedError) => void;
  /** Aborts when no new request may leave. */
  readonly drain: AbortSignal;
  /** Aborts when requests under way are to be cut off. */
  readonly abort: AbortSignal;
}

/** How often and when an item is tried again. */
export interface AttemptPolicy {
  readonly maxAttempts: number;
  readonly settleMs: number;
}

/** Items that failed together go on together: one delay, so one chunk and one statement. */
export function sameMoment(ports: TaskPorts): TaskPorts {
  const now = ports.serverNow();
  const jitter = ports.random();
  return { ...ports, serverNow: () => now, random: () => jitter };
}

/** Items by the request that they last went in together, in their order. */
export function byRequest<Sent extends Item>(items: readonly Sent[]): Sent[][] {
  const requests = new Map<number | undefined, Sent[]>();
  for (const item of items) {
    const id = item.intent?.id;
    requests.set(id, [...(requests.get(id) ?? []), item]);
  }
  return [...requests.values()];
}
