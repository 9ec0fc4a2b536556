import { toFailure } from '../core/failure.ts';
import { UserError } from '../core/user-error.ts';
import type { Operation } from '../operations/operation.ts';
import type { FleetRun, FleetSession, FleetStep } from '../run/fleet.ts';
import { FLEET_PROTOCOL, type FleetCall, fromCallEnd, type SentEnd } from './call.ts';
import type { CoordinatorBus, Envelope, SeenWorker } from './call-bus.ts';
import { Dispatcher } from './dispatcher.ts';
import { LateAnswers, type SettleLate } from './late-answers.ts';
import { type Ask, type LateEnd, type StopOrder, UNREADABLE_MESSAGE } from './messages.ts';
import type { OpenCall } from './open-call.ts';
import { PermitService } from './permit-service.ts';
import { LOOK_EVERY_MS, RedisReach } from './redis-reach.ts';
import { remoteOperation } from './remote-operation.ts';
import { askOf, callOf, createSeal, endOf, replyTo, type Seal } from './seal.ts';

/** A connection to a fleet, and the names that make this coordinator unique. */
interface CoordinatorOptions {
  readonly bus: CoordinatorBus;
  /** A text that no earlier coordinator of the run had. */
  readonly epoch: string;
}

/**
 * The part of a run that gives its requests to workers. A worker may send a request that changes something only after
 * the coordinator has recorded its intent.
 */
export class Coordinator implements FleetSession {
  readonly #bus: CoordinatorBus;
  readonly #epoch: string;
  readonly #run: FleetRun;
  readonly #seals: ReadonlyMap<string, Seal>;
  readonly #dispatcher: Dispatcher;
  readonly #permits: PermitService;
  readonly #reach: RedisReach;
  readonly #steps = new Map<number, FleetStep>();
  readonly #lateAnswers = new LateAnswers();
  readonly #ended = new AbortController();
  #workers: readonly SeenWorker[] = [];
  /** The ids of the workers that were last reported. */
  #reported = '';
  #looking: Promise<void> = Promise.resolve();

  private constructor({ bus, epoch }: CoordinatorOptions, run: FleetRun) {
    this.#bus = bus;
    this.#epoch = epoch;
    this.#run = run;
    this.#seals = new Map(
      run.projects.map(({ connection: { publicKey, secretKey } }) => [
        publicKey,
        createSeal(secretKey, run.run),
      ]),
    );
    const { clock } = run.world;
    const stopSignal = run.runStop.signal;
    this.#dispatcher = new Dispatcher({
      clock,
      log: run.log,
      epoch,
      stopSignal,
      capacity: (project) =>
        capacityOf(this.#workers.filter((worker) => worker.project === project)),
      isConnected: (worker) => this.#workers.some(({ id }) => id === worker),
      add: (call) => this.#add(call),
      findAll: (calls) => bus.findAll(calls),
      openEnd: (call, end) => this.#seal(call.project).open(end, endOf(call.id)) as SentEnd,
    });
    const permits = new Map(run.projects.map((one) => [one.connection.publicKey, one.permits]));
    this.#permits = new PermitService({
      clock,
      open: this.#dispatcher.open,
      permitsOf: (project) => found(permits.get(project), project),
      stopSignal,
      takeAnswer: (call, late) => this.#takeAnswer(call, late),
      onRequest: (isThrottled) => run.listener({ kind: 'worker-request', isThrottled }),
    });
    this.#reach = new RedisReach({ clock, listener: run.listener, stopSignal });
  }

  /** Joins the fleet for a run, and begins to check its workers and calls regularly. */
  static async join(options: CoordinatorOptions, run: FleetRun): Promise<Coordinator> {
    const coordinator = new Coordinator(options, run);
    await coordinator.#begin();
    coordinator.#looking = coordinator.#keepLooking();
    run.abort.addEventListener('abort', coordinator.#abort);
    return coordinator;
  }

  /** Takes the lease, removes the calls of an earlier coordinator, and begins to receive. */
  async #begin(): Promise<void> {
    const { run } = this.#run;
    const projects = this.#projects();
    if (!(await this.#reach.holdsLease(() => this.#bus.holdLease(run, this.#epoch)))) {
      throw leaseTaken(run);
    }
    await this.#reach.untilDone(() => this.#bus.dropCalls(run, projects));
    await this.#reach.untilDone(() =>
      this.#bus.listen(
        { run, projects },
        {
          onMessage: (envelope) => void this.#answer(envelope),
          onEnd: (call, end) => void this.#dispatcher.ended(call, end),
        },
      ),
    );
    await this.#reach.untilDone(() => this.#look());
  }

  distribute(operation: Operation, place: FleetStep): Operation {
    this.#steps.set(place.index, place);
    return remoteOperation(operation, (items, permit) =>
      this.#dispatcher.dispatch(items, permit, { project: place.project, step: place.index }),
    );
  }

  receiveLate(settle: SettleLate): () => void {
    return this.#lateAnswers.begin(settle);
  }

  capacity(): number {
    return capacityOf(this.#workers) + this.#dispatcher.leftBehind;
  }

  async leave(): Promise<void> {
    this.#run.abort.removeEventListener('abort', this.#abort);
    this.#ended.abort();
    await this.#looking;
    this.#reach.close();
    await this.#run.showWorkers(null);
    // If Redis is gone, the lease ends by itself.
    await this.#bus.releaseLease(this.#run.run, this.#epoch).catch(() => undefined);
  }

  readonly #abort = (): void => {
    void this.#order('abort').then(() => this.#dispatcher.giveUpAll());
  };

  async #keepLooking(): Promise<void> {
    const { clock } = this.#run.world;
    while (!this.#ended.signal.aborted) {
      await clock.sleep(LOOK_EVERY_MS, this.#ended.signal).catch(() => undefined);
      if (this.#ended.signal.aborted) return;
      await this.#look().catch((error: unknown) => this.#reach.failed(error));
      this.#reportWorkers();
      void this.#run.showWorkers(this.#workers);
    }
  }

  async #look(): Promise<void> {
    const { run, runStop } = this.#run;
    if (!(await this.#bus.holdLease(run, this.#epoch))) {
      runStop.stop({ kind: 'fatal', failure: toFailure(leaseTaken(run)) });
      return;
    }
    this.#workers = (await this.#bus.workers(this.#projects())).filter(
      ({ protocol }) => protocol === FLEET_PROTOCOL,
    );
    this.#dispatcher.startWaiting();
    this.#reach.found({ areWaiting: this.#workers.length === 0 && this.#dispatcher.areWaiting });
    await this.#dispatcher.lookAfterCalls();
    if (runStop.signal.aborted) await this.#order('drain');
  }

  /** Reports the connected workers if they have changed. */
  #reportWorkers(): void {
    const ids = this.#workers.map(({ id }) => id).sort();
    if (ids.join() === this.#reported) return;
    this.#reported = ids.join();
    this.#run.listener({ kind: 'workers-changed', workers: this.#workers });
  }

  /** Tells the workers of all open calls to end them. */
  async #order(kind: StopOrder['kind']): Promise<void> {
    const orders: Promise<void>[] = [];
    for (const { id, project, worker } of this.#dispatcher.open.values()) {
      if (worker !== null) orders.push(this.#send({ kind, call: id }, { project, worker }));
    }
    await Promise.allSettled(orders);
  }

  /** Settles an open call. If the call was given up, settles its items that are in doubt. */
  async #takeAnswer(id: string, { end, ...sent }: LateEnd): Promise<void> {
    const call = this.#dispatcher.open.get(id);
    if (call !== undefined) return this.#dispatcher.settle(call, end);
    const settle = await this.#lateAnswers.ready();
    await settle({ ...sent, answer: fromCallEnd(end) });
  }

  async #answer({ project, worker, text }: Envelope): Promise<void> {
    let ask: Ask;
    try {
      ask = this.#seal(project).open(text, askOf(worker)) as Ask;
    } catch {
      this.#run.log('warn', { worker }, UNREADABLE_MESSAGE);
      return;
    }
    const reply = await this.#permits.reply(ask, worker);
    // A reply that is lost is sent again when the worker repeats its question.
    await this.#send(reply, { project, worker }).catch(() => undefined);
  }

  async #send(message: object, { project, worker }: { project: string; worker: string }) {
    const text = this.#seal(project).close(message, replyTo(worker));
    await this.#bus.send({ run: this.#run.run, project, worker, text });
  }

  async #add({ id, project, step: index, items, permit }: OpenCall): Promise<void> {
    const { run, apiVersion } = this.#run;
    const { step } = found(this.#steps.get(index), `step ${index}`);
    const kept = permit.notes?.read() ?? null;
    const call: FleetCall = {
      id,
      run,
      apiVersion,
      step,
      stepIndex: index,
      items,
      kept: kept && { session: kept.session, parts: [...kept.parts] },
      keptAnswer: permit.notes?.readAnswer() ?? null,
    };
    const body = this.#seal(project).close(call, callOf(id));
    await this.#bus.add({ id, protocol: FLEET_PROTOCOL, run, project, body });
  }

  #projects(): string[] {
    return [...this.#seals.keys()];
  }

  #seal(project: string): Seal {
    return found(this.#seals.get(project), project);
  }
}

function capacityOf(workers: readonly SeenWorker[]): number {
  return workers.reduce((sum, { concurrency }) => sum + concurrency, 0);
}

function found<Value>(value: Value | undefined, name: string): Value {
  if (value === undefined) throw new Error(`The run does not have ${name}`);
  return value;
}

function leaseTaken(run: string): UserError {
  return new UserError(
    'locked',
    `Another coordinator works on run ${run} with this fleet. Wait for it, or stop it.`,
  );
}
