import { ClassifiedError, canceled, WORKER_LOST } from '../core/failure.ts';
import type { Item } from '../core/item.ts';
import type { LogLine } from '../core/log-line.ts';
import type { Clock } from '../core/world.ts';
import type { ChunkAnswers } from '../engine/send/request-chunk.ts';
import type { CallEnd, SentEnd } from './call.ts';
import { type CallState, type QueuedCall, UNREADABLE } from './call-bus.ts';
import { OpenCall } from './open-call.ts';
import type { CallPermit } from './remote-operation.ts';

/** The coordinator checks calls that are older than this, because the message about their end may be lost, ms. */
const LOOK_AFTER_MS = 8000;
/** Number of checks in a row that must find a worker dead before its call is given up. */
const DEAD_LOOKS = 2;
/** From this number of lost calls of an item, each loss uses up one of its attempts. */
const MANY_LOSSES = 3;

/** The dependencies of the dispatcher. */
interface DispatcherOptions {
  readonly clock: Pick<Clock, 'monotonic'>;
  readonly log: LogLine;
  /** Prefix of the ids of calls. No other coordinator of this run has or had the same. */
  readonly epoch: string;
  /** Number of calls that the workers of a project can work on now. */
  readonly capacity: (project: string) => number;
  /** True if the worker is alive and takes calls. */
  readonly isConnected: (worker: string) => boolean;
  /** Puts a call into the queue. */
  readonly add: (call: OpenCall) => Promise<void>;
  /** The states of calls in the queue, in the same order. */
  readonly findAll: (
    calls: readonly Pick<QueuedCall, 'id' | 'project'>[],
  ) => Promise<readonly CallState[]>;
  /** Decrypts the end of a call. Throws if it was not sealed by a worker of this run. */
  readonly openEnd: (call: OpenCall, end: string) => SentEnd;
  /** Aborts when the run sends nothing new. */
  readonly stopSignal: AbortSignal;
}

/** The project and the step of a call. */
export interface CallPlace {
  readonly project: string;
  readonly step: number;
}

/**
 * Gives calls to workers and waits for their ends. It never has more calls open than the workers can work on, so
 * that a call is not old when a worker takes it. If a worker dies, its call fails like a request whose answer was
 * lost, and the engine decides what happens to the items.
 */
export class Dispatcher {
  readonly #options: DispatcherOptions;
  readonly #open = new Map<string, OpenCall>();
  /** Calls for which no worker has room, oldest first. */
  readonly #waiting = new Set<{ readonly project: string; readonly start: () => void }>();
  /** Number of lost calls, by step and item. An item is removed when a call for it ends. */
  readonly #losses = new Map<string, number>();
  /** The worker and the cause of each warning that was logged. */
  readonly #warned = new Set<string>();
  #number = 0;

  constructor(options: DispatcherOptions) {
    this.#options = options;
  }

  /** The open calls by id. */
  get open(): ReadonlyMap<string, OpenCall> {
    return this.#open;
  }

  /** True if any call waits for a worker or for its end. */
  get areWaiting(): boolean {
    return this.#waiting.size > 0 || this.#open.size > 0;
  }

  /** Number of open calls whose worker has gone. They take no room of the other workers. */
  get leftBehind(): number {
    return [...this.#open.values()].filter((call) => this.#isLeftBehind(call)).length;
  }

  /** Lets a worker make the request for these items, as soon as one has room. */
  dispatch(items: readonly Item[], permit: CallPermit, place: CallPlace): Promise<ChunkAnswers> {
    const { clock, epoch, stopSignal } = this.#options;
    return new Promise((resolve, reject) => {
      const start = () => {
        stopSignal.removeEventListener('abort', cancel);
        const id = `${epoch}-${this.#number++}`;
        const facts = { id, ...place, items, permit, addedAt: clock.monotonic() };
        this.#add(new OpenCall(facts, { resolve, reject }));
      };
      const waiting = { project: place.project, start };
      const cancel = () => {
        this.#waiting.delete(waiting);
        reject(canceled('The run is stopping'));
      };
      if (this.#hasRoom(place.project)) return start();
      if (stopSignal.aborted) return cancel();
      stopSignal.addEventListener('abort', cancel);
      this.#waiting.add(waiting);
    });
  }

  /** Starts waiting calls for which workers have room now. */
  startWaiting(): void {
    for (const waiting of this.#waiting) {
      if (!this.#hasRoom(waiting.project)) continue;
      this.#waiting.delete(waiting);
      waiting.start();
    }
  }

  /** Receives the end of a call; null if its worker is dead. Ignores the end of a taking that was refused. */
  async ended(id: string, end: string | null): Promise<void> {
    const call = this.#open.get(id);
    if (call === undefined) return;
    if (end === null) return this.#lose(call, 'its worker has died');
    if (end === UNREADABLE) return this.#giveUp(call, 'its worker could not read it', 'canceled');
    let opened: SentEnd;
    try {
      opened = this.#options.openEnd(call, end);
    } catch {
      return this.#lose(call, 'its result was changed, or another process sent it');
    }
    // If Redis delivered the call twice, this taking was refused, and does not know what the first one has sent.
    const isForeign = call.taking !== null && call.taking !== opened.taking;
    if (!isForeign) await this.settle(call, opened.end);
  }

  /** Ends an open call with what its worker returned. */
  async settle(call: OpenCall, end: CallEnd): Promise<void> {
    this.#forget(call);
    for (const item of call.items) this.#losses.delete(lossKey(call, item));
    await call.end(end);
    this.startWaiting();
  }

  /** Checks the state of old calls in the queue. If the run is stopping, checks all calls. */
  async lookAfterCalls(): Promise<void> {
    const now = this.#options.clock.monotonic();
    const isDue = ({ addedAt }: OpenCall) =>
      now - addedAt >= LOOK_AFTER_MS || this.#options.stopSignal.aborted;
    const due = [...this.#open.values()].filter(isDue);
    if (due.length === 0) return;
    const states = await this.#options.findAll(due);
    for (const [index, state] of states.entries()) {
      const call = due[index];
      if (call?.isOpen === true) await this.#decide(call, state);
    }
  }

  /** Gives up all calls, because the run stops at once. */
  async giveUpAll(): Promise<void> {
    const calls = [...this.#open.values()];
    await Promise.all(calls.map((call) => this.#giveUp(call, 'the run stops', 'canceled')));
  }

  async #decide(call: OpenCall, state: CallState): Promise<void> {
    if (state.kind === 'ended') {
      await this.ended(call.id, state.end);
      if (!call.isOpen) return;
    }
    if (state.kind === 'gone') return this.#lose(call, 'Redis does not have it any more');
    if (state.kind === 'queued' && this.#options.stopSignal.aborted) {
      return this.#giveUp(call, 'the run stops', 'canceled');
    }
    if (state.kind !== 'abandoned' && state.kind !== 'ended') {
      call.deadLooks = 0;
      return;
    }
    call.deadLooks += 1;
    if (call.deadLooks >= DEAD_LOOKS) await this.#lose(call, 'its worker has died');
  }

  /** Gives up a call that may have killed its worker. After several losses, each one uses up an attempt of the items. */
  async #lose(call: OpenCall, why: string): Promise<void> {
    const losses = call.items.map((item) => {
      const count = (this.#losses.get(lossKey(call, item)) ?? 0) + 1;
      this.#losses.set(lossKey(call, item), count);
      return count;
    });
    const counts = Math.max(...losses) >= MANY_LOSSES;
    await this.#giveUp(call, why, counts ? 'transient' : 'canceled');
  }

  async #giveUp(call: OpenCall, why: string, kind: 'transient' | 'canceled'): Promise<void> {
    this.#forget(call);
    this.#logLoss(call, why);
    const message = `A call to a worker counts as lost: ${why}`;
    await call.giveUp(
      (effect) => new ClassifiedError({ kind, effect, code: WORKER_LOST, message }),
    );
    this.startWaiting();
  }

  /** Logs one warning for each worker and cause. The other calls of a dead worker are logged at the level debug. */
  #logLoss({ id, worker }: OpenCall, why: string): void {
    const text = `A call to a worker counts as lost: ${why}`;
    const isNew = !this.#warned.has(`${worker} ${why}`);
    this.#warned.add(`${worker} ${why}`);
    this.#options.log(isNew ? 'warn' : 'debug', { call: id, worker }, text);
  }

  #add(call: OpenCall): void {
    this.#open.set(call.id, call);
    // If the call does not reach the queue, the next check finds that it is missing.
    this.#options.add(call).catch((error: unknown) => {
      this.#options.log('warn', { call: call.id }, `A call did not reach Redis: ${String(error)}`);
    });
  }

  #forget(call: OpenCall): void {
    this.#open.delete(call.id);
  }

  #hasRoom(project: string): boolean {
    let open = 0;
    for (const call of this.#open.values()) {
      if (call.project === project && !this.#isLeftBehind(call)) open += 1;
    }
    return open < this.#options.capacity(project);
  }

  #isLeftBehind({ worker }: OpenCall): boolean {
    return worker !== null && !this.#options.isConnected(worker);
  }
}

function lossKey({ step }: OpenCall, { seq }: Item): string {
  return `${step} ${seq}`;
}
