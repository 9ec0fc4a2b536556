import { ClassifiedError, WORKER_LOST } from '../core/failure.ts';
import type { Item } from '../core/item.ts';
import type { ChunkAnswers } from '../engine/send/request-chunk.ts';
import { type CallEnd, fromFailureFacts, fromSentAnswers } from './call.ts';
import type { CallPermit } from './remote-operation.ts';

/** Settles the promise of a call. */
type Settle = {
  readonly resolve: (answers: ChunkAnswers) => void;
  readonly reject: (failure: ClassifiedError) => void;
};

/** A slot of the rate limit that was given to a request of a worker. */
export interface TakenSlot {
  readonly answered: () => void;
  readonly failed: (failure: ClassifiedError) => void;
}

/** A call that the coordinator waits for. */
export class OpenCall {
  readonly id: string;
  readonly project: string;
  readonly step: number;
  readonly items: readonly Item[];
  readonly permit: CallPermit;
  /** Time of the monotonic clock when the call was added, ms. */
  readonly addedAt: number;
  /** The slots of requests whose results the worker has not reported, by the id of the question. */
  readonly slots = new Map<string, TakenSlot>();
  /** The worker that has the call; null until a worker asks a question about it. */
  worker: string | null = null;
  /** The taking of the call that may send; null until a worker asks a question about it. See `Ask`. */
  taking: string | null = null;
  /** Number of checks in a row that found its worker dead. */
  deadLooks = 0;
  readonly #settle: Settle;
  /** Writes to the ledger for this call that are in progress, such as the write of an intent. */
  readonly #writes = new Set<Promise<unknown>>();
  #isIntended = false;
  #isOpen = true;

  constructor(
    facts: Pick<OpenCall, 'id' | 'project' | 'step' | 'items' | 'permit' | 'addedAt'>,
    settle: Settle,
  ) {
    this.id = facts.id;
    this.project = facts.project;
    this.step = facts.step;
    this.items = facts.items;
    this.permit = facts.permit;
    this.addedAt = facts.addedAt;
    this.#settle = settle;
  }

  /** False once the coordinator has a result or has given the call up. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** True if the worker may have sent a request that changes something. */
  get isIntended(): boolean {
    return this.#isIntended;
  }

  /** Runs a write to the ledger, for which `close` waits. */
  async write(work: () => Promise<void>): Promise<void> {
    const written = work();
    this.#writes.add(written);
    try {
      await written;
    } finally {
      this.#writes.delete(written);
    }
  }

  /** Records the intent. When the promise resolves, the worker may send. */
  async intend(): Promise<void> {
    await this.write(async () => {
      // Before the commit: if the answer to the worker is on its way, the request may have been sent.
      this.#isIntended = true;
      await this.permit.beforeSend();
    });
  }

  /** Ends the call with what its worker returned. */
  async end(end: CallEnd): Promise<void> {
    await this.#close();
    if (end.kind === 'answered') this.#settle.resolve(fromSentAnswers(end.answers));
    else this.#settle.reject(fromFailureFacts(end.failure));
  }

  /** Ends the call without a result. `explain` gets the effect that the call may have had. */
  async giveUp(explain: (effect: 'none' | 'unknown') => ClassifiedError): Promise<void> {
    await this.#close();
    this.#settle.reject(explain(this.#isIntended ? 'unknown' : 'none'));
  }

  /**
   * Refuses everything that the worker asks from now on, and waits for the writes in progress. Otherwise an intent
   * could reach the ledger after its attempt was settled.
   */
  async #close(): Promise<void> {
    this.#isOpen = false;
    for (const { failed } of this.slots.values()) failed(slotLost());
    this.slots.clear();
    await Promise.allSettled(this.#writes);
  }
}

function slotLost(): ClassifiedError {
  return new ClassifiedError({
    kind: 'transient',
    effect: 'unknown',
    code: WORKER_LOST,
    message: 'The worker did not report the result of its request',
  });
}
