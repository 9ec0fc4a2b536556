import type { LogLine } from '../core/log-line.ts';
import { present } from '../core/present.ts';
import { UserError } from '../core/user-error.ts';
import { Asker, type CallLine } from './asker.ts';
import { type CallEnd, FLEET_PROTOCOL, type FleetCall } from './call.ts';
import {
  type Envelope,
  type QueuedCall,
  UNREADABLE,
  type WorkerBus,
  type WorkerFacts,
} from './call-bus.ts';
import { type Reply, type StopOrder, UNREADABLE_MESSAGE } from './messages.ts';
import { askOf, callOf, createSeal, endOf, replyTo, type Seal } from './seal.ts';
import { type PerformedCall, performCall, type WorkerPlace } from './worker-call.ts';

/** Time between two announcements of a worker, ms. */
const ANNOUNCE_EVERY_MS = 5000;
/** Maximum number of times that a worker sends the end of a call directly, which takes 10 minutes. */
const ANSWER_SENDS = 200;
/** Number of runs whose seals a worker keeps. */
const KEPT_SEALS = 20;

/** A worker and its connections. */
interface WorkerOptions extends WorkerPlace {
  readonly bus: WorkerBus;
  readonly facts: Omit<WorkerFacts, 'inFlight' | 'protocol' | 'project'>;
  readonly log: LogLine;
  /** Aborts when the worker must take no more calls and end those in progress. */
  readonly drain: AbortSignal;
  /** Aborts when the worker must end at once. */
  readonly abort: AbortSignal;
}

/** Takes calls from coordinators and makes their requests, until `drain` or `abort` aborts. */
export class FleetWorker {
  readonly #options: WorkerOptions;
  readonly #asker: Asker;
  readonly #seals = new Map<string, Seal>();
  /** Aborts when a fault makes the worker useless. */
  readonly #broken = new AbortController();
  /** The ends of calls that no coordinator has confirmed yet. */
  readonly #unconfirmed = new Set<Promise<unknown>>();
  #fault: UserError | null = null;
  #inFlight = 0;
  #opened = 0;

  constructor(options: WorkerOptions) {
    this.#options = options;
    this.#asker = new Asker({ clock: options.world.clock, worker: options.facts.id });
  }

  /** Works until it is stopped. Calls `onReady` when it begins to take calls. Rejects with a `UserError` if this worker can't open the calls of its queue. */
  async work(onReady: () => void): Promise<void> {
    try {
      await this.#workUntilStopped(onReady);
    } finally {
      this.#asker.close();
    }
    if (this.#fault !== null) throw this.#fault;
  }

  async #workUntilStopped(onReady: () => void): Promise<void> {
    const { bus, facts, connection, drain, abort, world } = this.#options;
    const project = connection.publicKey;
    await bus.listen(facts.id, (envelope) => this.#receive(envelope));
    await this.#announce();
    await bus.take({ project, concurrency: facts.concurrency }, (call) => this.#perform(call));
    onReady();
    const stop = AbortSignal.any([drain, abort, this.#broken.signal]);
    while (!stop.aborted) {
      await world.clock.sleep(ANNOUNCE_EVERY_MS, stop).catch(() => undefined);
      // If Redis can't be reached, the connection reports it.
      if (!stop.aborted) await this.#announce().catch(() => undefined);
    }
    // If Redis can't be reached, the announcement ends by itself.
    await bus.withdraw({ id: facts.id, project }).catch(() => undefined);
    if (abort.aborted) return;
    this.#asker.drain();
    await Promise.race([bus.drain(), whenAborted(abort)]);
    await Promise.race([Promise.all(this.#unconfirmed), whenAborted(abort)]);
  }

  #announce(): Promise<void> {
    const { bus, facts, connection } = this.#options;
    const project = connection.publicKey;
    return bus.announce({ ...facts, project, protocol: FLEET_PROTOCOL, inFlight: this.#inFlight });
  }

  #receive({ run, worker, text }: Envelope): void {
    let message: Reply | StopOrder;
    try {
      message = this.#sealOf(run).open(text, replyTo(worker)) as Reply | StopOrder;
    } catch {
      this.#options.log('warn', { run }, UNREADABLE_MESSAGE);
      return;
    }
    if ('id' in message) this.#asker.receive(message);
    else this.#asker.stop(message);
  }

  async #perform(queued: QueuedCall): Promise<string> {
    const { id, run, protocol } = queued;
    if (protocol !== FLEET_PROTOCOL) return this.#breakOff(otherProtocol(protocol));
    let call: FleetCall;
    try {
      call = this.#sealOf(run).open(queued.body, callOf(id)) as FleetCall;
    } catch {
      return this.#unreadable(queued);
    }
    this.#opened += 1;
    this.#inFlight += 1;
    try {
      const taking = `${this.#options.facts.id}-${this.#opened}`;
      const end = await this.#makeRequest(call, { ...queued, taking });
      return this.#sealOf(run).close({ taking, end }, endOf(id));
    } finally {
      this.#inFlight -= 1;
    }
  }

  async #makeRequest(
    call: FleetCall,
    { id, run, project, taking }: QueuedCall & { readonly taking: string },
  ): Promise<CallEnd> {
    const { bus, facts, log } = this.#options;
    const drain = new AbortController();
    const abort = new AbortController();
    const endAll = () => abort.abort();
    this.#options.abort.addEventListener('abort', endAll);
    const unsubscribe = this.#asker.onStop(id, (kind) => {
      drain.abort();
      if (kind === 'abort') abort.abort();
    });
    const line = {
      call: id,
      taking,
      send: (ask: object) => {
        const text = this.#sealOf(run).close(ask, askOf(facts.id));
        return bus.send({ run, project, worker: facts.id, text });
      },
    };
    try {
      const { end, attempt } = await performCall(call, this.#options, {
        ask: (question) => this.#asker.ask(line, question),
        drain: drain.signal,
        abort: abort.signal,
        log: ({ kind, message, ...rest }) => {
          log('debug', { run, call: id, ...present(rest) }, message ?? `request ${kind}`);
        },
      });
      if (attempt !== null) this.#deliver({ line, call, attempt, end });
      return end;
    } finally {
      unsubscribe();
      this.#options.abort.removeEventListener('abort', endAll);
    }
  }

  /** Sends the end of a call directly to a coordinator of the run. The queue drops the end of a call that was given up. */
  #deliver(performed: PerformedCall & { line: CallLine; call: FleetCall; attempt: number }): void {
    const { line, call, attempt, end } = performed;
    const seqs = call.items.map(({ seq }) => seq);
    const answer = { kind: 'answer', step: call.stepIndex, seqs, attempt, end } as const;
    // If no coordinator answers in time, the items stay in doubt.
    const confirmed = this.#asker
      .ask(line, answer, ANSWER_SENDS)
      .catch(() => undefined)
      .finally(() => this.#unconfirmed.delete(confirmed));
    this.#unconfirmed.add(confirmed);
  }

  #sealOf(run: string): Seal {
    const known = this.#seals.get(run);
    if (known !== undefined) return known;
    const seal = createSeal(this.#options.connection.secretKey, run);
    this.#seals.set(run, seal);
    const [oldest] = this.#seals.keys();
    if (this.#seals.size > KEPT_SEALS && oldest !== undefined) this.#seals.delete(oldest);
    return seal;
  }

  /** A call that can't be opened: if it is the first one, the keys of this worker are probably wrong. */
  #unreadable({ id, run }: QueuedCall): string {
    this.#options.log('error', { run, call: id }, "A call in Redis can't be opened");
    if (this.#opened > 0) return UNREADABLE;
    return this.#breakOff(otherKeys(this.#options.connection.publicKey));
  }

  #breakOff(fault: UserError): string {
    this.#fault ??= fault;
    this.#broken.abort();
    return UNREADABLE;
  }
}

function otherProtocol(protocol: number): UserError {
  return new UserError(
    'configuration',
    `The ucbulk of a run has version ${protocol} of the fleet protocol, but this worker has version ${FLEET_PROTOCOL}. Install the same version of ucbulk on both machines.`,
  );
}

function otherKeys(publicKey: string): UserError {
  return new UserError(
    'configuration',
    `A call for project ${publicKey} can't be opened: UPLOADCARE_SECRET_KEY of this worker is not that of the coordinator, or somebody changed the call in Redis.`,
  );
}

function whenAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve());
  });
}
