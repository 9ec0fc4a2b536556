import { type ClassifiedError, canceled } from '../core/failure.ts';
import type { Clock } from '../core/world.ts';
import { fromFailureFacts } from './call.ts';
import type { Ask, Question, Reply, StopOrder } from './messages.ts';
import type { Granted } from './remote-gate.ts';

/** A worker repeats a question after this time without an answer, ms. */
const REPEAT_AFTER_MS = 3000;
/** After this number of sends without an answer, which takes a minute, the coordinator counts as gone. */
const MAX_SENDS = 20;
/** The same number for a worker that must end, so that it does not wait for a coordinator that is gone. */
const DRAINING_SENDS = 3;

/** The dependencies of an asker. */
interface AskerOptions {
  readonly clock: Pick<Clock, 'sleep' | 'monotonic'>;
  /** Unique name of this worker process. */
  readonly worker: string;
}

/** The connection of one call to its coordinator. */
export interface CallLine {
  readonly call: string;
  readonly taking: string;
  /** Sends a sealed question. May reject or lose it. */
  readonly send: (ask: Ask) => Promise<void>;
}

/** A question without an answer. */
interface Waiting {
  receive(reply: Reply): void;
  /** Ends the pause before the question is sent again. */
  wake(): void;
}

/** Asks coordinators, and repeats a question until it has its answer. */
export class Asker {
  readonly #options: AskerOptions;
  readonly #waiting = new Map<string, Waiting>();
  readonly #stops = new Map<string, (order: StopOrder['kind']) => void>();
  #isDraining = false;
  #isClosed = false;
  #number = 0;

  constructor(options: AskerOptions) {
    this.#options = options;
  }

  /** Receives the answer to a question. */
  receive(reply: Reply): void {
    this.#waiting.get(reply.id)?.receive(reply);
  }

  /** Receives an order to end a call. */
  stop({ call, kind }: StopOrder): void {
    this.#stops.get(call)?.(kind);
  }

  /** Calls `stop` when the coordinator orders the end of a call. Returns a function that unsubscribes. */
  onStop(call: string, stop: (order: StopOrder['kind']) => void): () => void {
    this.#stops.set(call, stop);
    return () => this.#stops.delete(call);
  }

  /** Waits less long for the answers of coordinators from now on. */
  drain(): void {
    this.#isDraining = true;
  }

  /** Gives up all questions that have no answer yet, and all later ones. */
  close(): void {
    this.#isClosed = true;
    for (const { wake } of this.#waiting.values()) wake();
  }

  /**
   * Asks a question. Resolves when it is granted. Rejects with a `ClassifiedError` if it is refused, if the
   * coordinator failed, if the coordinator does not answer `maxSends` sends in a row, or after `close`.
   */
  async ask(line: CallLine, question: Question, maxSends = MAX_SENDS): Promise<Granted> {
    const id = `${this.#options.worker}-${this.#number++}`;
    const askedAt = this.#options.clock.monotonic();
    const reply = await this.#untilAnswered(
      line,
      { id, call: line.call, taking: line.taking, question },
      maxSends,
    );
    if (reply.kind === 'granted') {
      return { id, openAt: askedAt + reply.heldMs, attempt: reply.attempt ?? null };
    }
    if (reply.kind === 'failed') throw fromFailureFacts(reply.failure);
    throw canceled('The coordinator has given this call up');
  }

  async #untilAnswered(
    line: CallLine,
    ask: Ask,
    maxSends: number,
  ): Promise<Exclude<Reply, { kind: 'pending' }>> {
    const { clock } = this.#options;
    let sends = 0;
    let pause = new AbortController();
    let answer: Exclude<Reply, { kind: 'pending' }> | null = null;
    this.#waiting.set(ask.id, {
      receive(reply) {
        if (reply.kind === 'pending') sends = 0;
        else answer = reply;
        if (answer !== null) pause.abort();
      },
      wake: () => pause.abort(),
    });
    try {
      while (answer === null) {
        const most = this.#isDraining ? Math.min(maxSends, DRAINING_SENDS) : maxSends;
        if (sends >= most || this.#isClosed) throw noAnswer();
        sends += 1;
        line.send(ask).catch(() => undefined);
        await clock.sleep(REPEAT_AFTER_MS, pause.signal).catch(() => undefined);
        pause = new AbortController();
      }
      return answer;
    } finally {
      this.#waiting.delete(ask.id);
    }
  }
}

function noAnswer(): ClassifiedError {
  return canceled('The coordinator of the run does not answer');
}
