import type { Connection } from '../../src/core/connection.ts';
import type { World } from '../../src/core/world.ts';
import type { FleetCall } from '../../src/fleet/call.ts';
import type {
  CallState,
  CoordinatorBus,
  Envelope,
  QueuedCall,
  WorkerBus,
  WorkerFacts,
} from '../../src/fleet/call-bus.ts';
import { Coordinator } from '../../src/fleet/coordinator.ts';
import { callOf, createSeal } from '../../src/fleet/seal.ts';
import { FleetWorker } from '../../src/fleet/worker.ts';
import type { Fleet } from '../../src/run/fleet.ts';
import { createServerClock } from '../../src/transport/server-clock.ts';
import { ProcessLife } from './process-life.ts';
import type { SimulatedNetwork } from './simulated-network.ts';
import type { VirtualClock } from './virtual-clock.ts';

/** How long a lock, a lease and an announcement are valid, ms: as on Redis. */
const LIVE_MS = 15_000;

/** The faults between a coordinator and its workers, as plain data. */
export interface FleetTrouble {
  /** Number of workers, and of the calls that each works on at once. */
  readonly workers: number;
  readonly concurrency: number;
  /** Shares of messages that are lost and that come twice, from 0 to 1. */
  readonly loss: number;
  readonly doubles: number;
  /** Longest way of a message or a command, ms. Later messages may come earlier. */
  readonly maxDelayMs: number;
  /** The position of an item whose calls kill their workers. */
  readonly deadlyItem?: number;
  /** How much the clocks of the workers are ahead of the service's clock, ms. */
  readonly skewMs?: number;
  readonly events: readonly FleetEvent[];
}

/** Two workers without trouble. */
export const CALM_FLEET: FleetTrouble = {
  workers: 2,
  concurrency: 2,
  loss: 0,
  doubles: 0,
  maxDelayMs: 5,
  events: [],
};

/** One thing that goes wrong so many ms after the start of the simulation. */
export type FleetEvent = {
  readonly atMs: number;
} /** A worker dies. Another one starts `forMs` later. */ & (
  | { readonly kind: 'kill'; readonly worker: number; readonly forMs: number }
  /** A worker stands still, as by SIGSTOP. */
  | { readonly kind: 'pause'; readonly worker: number; readonly forMs: number }
  /** The bus forgets everything, as by FLUSHALL. */
  | { readonly kind: 'forget' }
  /** The bus forgets that calls were taken, as by a crash before Redis has written its file: others take them too. */
  | { readonly kind: 'rollback' }
  /** Nobody reaches the bus. */
  | { readonly kind: 'outage'; readonly forMs: number }
);

interface FleetParts {
  readonly clock: VirtualClock;
  readonly network: SimulatedNetwork;
  readonly random: () => number;
  readonly connection: Connection;
  readonly trouble: FleetTrouble;
  /** Called for each trouble that happens. */
  readonly note?: (what: string) => void;
}

interface TakenCall {
  readonly call: QueuedCall;
  /** Null while the call is in the queue. */
  worker: SimulatedWorker | null;
  /** When the worker's lock runs out if nobody renews it; infinite while the worker lives. */
  lockedUntil: number;
  end: string | null;
  hasFailed: boolean;
}

interface Coordinating {
  readonly run: string;
  readonly isAlive: () => boolean;
  readonly listeners: Parameters<CoordinatorBus['listen']>[1];
}

/** Workers, and the queue between them and the coordinators, in simulated time and without Redis. */
export class SimulatedFleet {
  readonly parts: FleetParts;
  readonly calls = new Map<string, TakenCall>();
  readonly coordinators: Coordinating[] = [];
  readonly leases = new Map<string, { readonly epoch: string; readonly until: number }>();
  readonly announced = new Map<string, { readonly facts: WorkerFacts; readonly at: number }>();
  readonly #workers: SimulatedWorker[] = [];
  #outageUntil = 0;
  #started = 0;

  constructor(parts: FleetParts) {
    this.parts = parts;
    const { clock, trouble } = parts;
    for (let place = 0; place < trouble.workers; place += 1) this.#startWorker(place);
    for (const event of trouble.events) clock.after(event.atMs, () => this.#happen(event));
  }

  /** The fleet for one life of a coordinator. */
  for(life: ProcessLife, isAlive: () => boolean): Fleet {
    return {
      join: (run) =>
        Coordinator.join(
          { bus: new SimulatedCoordinatorBus(this, isAlive), epoch: life.world.ids.runId() },
          run,
        ),
      close: async () => undefined,
    };
  }

  /** Ends all workers. */
  close(): void {
    for (const worker of this.#workers) worker.die();
  }

  get now(): number {
    return this.parts.clock.monotonic();
  }

  /** Carries a message to its receiver, if it is not lost. */
  carry(receive: () => void): void {
    const { clock, random, trouble } = this.parts;
    if (this.now < this.#outageUntil || random() < trouble.loss) return;
    const copies = random() < trouble.doubles ? 2 : 1;
    for (let copy = 0; copy < copies; copy += 1) {
      clock.after(random() * trouble.maxDelayMs, receive);
    }
  }

  /** Makes a command of a process, which may take some time or fail. */
  async command<Result>(isAlive: () => boolean, work: () => Result): Promise<Result> {
    const { clock, random, trouble } = this.parts;
    await clock.sleep(random() * trouble.maxDelayMs);
    if (!isAlive()) return new Promise(() => undefined);
    if (this.now < this.#outageUntil) throw new Error('Connection is closed.');
    return work();
  }

  /** Gives waiting calls to workers. */
  assign(): void {
    for (const taken of this.calls.values()) {
      if (taken.worker !== null || taken.end !== null) continue;
      const free = this.#workers.filter((worker) => worker.isFree(taken.call.project));
      const worker = free[Math.floor(this.parts.random() * free.length)];
      if (worker === undefined) continue;
      taken.worker = worker;
      worker.take(taken);
    }
  }

  /** A worker has ended a call. Its end is lost if its lock has run out and somebody has noticed. */
  end(taken: TakenCall, end: string | null): void {
    const isKnown = this.calls.get(taken.call.id) === taken && !taken.hasFailed;
    if (isKnown) this.#record(taken, end);
    this.assign();
  }

  #record(taken: TakenCall, end: string | null): void {
    if (end === null) taken.hasFailed = true;
    else taken.end = end;
    for (const { run, isAlive, listeners } of this.coordinators) {
      if (run !== taken.call.run) continue;
      this.carry(() => {
        if (isAlive()) listeners.onEnd(taken.call.id, end);
      });
    }
  }

  /** The state of a call. Somebody who finds a lock run out may make the call fail, as BullMQ does. */
  state({ id }: Pick<QueuedCall, 'id'>): CallState {
    const taken = this.calls.get(id);
    if (taken === undefined || taken.hasFailed) return { kind: 'gone' };
    if (taken.end !== null) return { kind: 'ended', end: taken.end };
    if (taken.worker === null) return { kind: 'queued' };
    if (taken.lockedUntil > this.now) return { kind: 'taken' };
    if (this.parts.random() < 0.5) this.end(taken, null);
    return { kind: 'abandoned' };
  }

  receiverOf(worker: string): SimulatedWorker | undefined {
    return this.#workers.find((one) => one.id === worker);
  }

  /** Starts another worker in the place of one that has ended. */
  restart(worker: SimulatedWorker): void {
    const place = this.#workers.indexOf(worker);
    worker.die();
    if (place !== -1) this.parts.clock.after(5000, () => this.#startWorker(place));
  }

  #startWorker(place: number): void {
    this.#workers[place] = new SimulatedWorker(this, `worker-${++this.#started}`);
  }

  #happen(event: FleetEvent): void {
    this.parts.note?.(`fleet: ${event.kind}`);
    switch (event.kind) {
      case 'kill':
        this.#workers[event.worker]?.die();
        this.parts.clock.after(event.forMs, () => this.#startWorker(event.worker));
        return;
      case 'pause':
        this.#workers[event.worker]?.pause(event.forMs);
        return;
      case 'outage':
        this.#outageUntil = Math.max(this.#outageUntil, this.now + event.forMs);
        return;
      case 'forget':
        this.calls.clear();
        this.leases.clear();
        this.announced.clear();
        return;
      case 'rollback':
        for (const [id, { call, end }] of this.calls) {
          if (end === null) this.calls.set(id, queued(call));
        }
        this.assign();
    }
  }
}

class SimulatedCoordinatorBus implements CoordinatorBus {
  readonly #fleet: SimulatedFleet;
  readonly #isAlive: () => boolean;

  constructor(fleet: SimulatedFleet, isAlive: () => boolean) {
    this.#fleet = fleet;
    this.#isAlive = isAlive;
  }

  add(call: QueuedCall) {
    return this.#do(() => {
      this.#fleet.calls.set(call.id, queued(call));
      this.#fleet.assign();
    });
  }

  findAll(calls: readonly Pick<QueuedCall, 'id' | 'project'>[]) {
    return this.#do(() => calls.map((call) => this.#fleet.state(call)));
  }

  dropCalls(run: string) {
    return this.#do(() => {
      for (const [id, { call, worker }] of this.#fleet.calls) {
        if (call.run === run && worker === null) this.#fleet.calls.delete(id);
      }
    });
  }

  workers(projects: readonly string[]) {
    return this.#do(() =>
      [...this.#fleet.announced.values()]
        .map(({ facts, at }) => ({ ...facts, seenMs: this.#fleet.now - at }))
        .filter(({ project, seenMs }) => projects.includes(project) && seenMs < LIVE_MS),
    );
  }

  holdLease(run: string, epoch: string) {
    return this.#do(() => {
      const { leases, now } = this.#fleet;
      const held = leases.get(run);
      if (held !== undefined && held.epoch !== epoch && held.until > now) return false;
      leases.set(run, { epoch, until: now + LIVE_MS });
      return true;
    });
  }

  releaseLease(run: string, epoch: string) {
    return this.#do(() => {
      if (this.#fleet.leases.get(run)?.epoch === epoch) this.#fleet.leases.delete(run);
    });
  }

  async send(envelope: Envelope) {
    this.#fleet.carry(() => this.#fleet.receiverOf(envelope.worker)?.receive(envelope));
  }

  listen({ run }: { readonly run: string }, listeners: Coordinating['listeners']) {
    return this.#do(() => {
      this.#fleet.coordinators.push({ run, isAlive: this.#isAlive, listeners });
    });
  }

  async close() {}

  #do<Result>(work: () => Result): Promise<Result> {
    return this.#fleet.command(this.#isAlive, work);
  }
}

/** One worker process. */
class SimulatedWorker {
  readonly id: string;
  readonly #fleet: SimulatedFleet;
  readonly #life: ProcessLife;
  readonly #calls = new Set<TakenCall>();
  #isDead = false;
  #pausedUntil = 0;
  #onMessage: (envelope: Envelope) => void = () => undefined;
  #work: ((call: QueuedCall) => Promise<string>) | null = null;

  constructor(fleet: SimulatedFleet, id: string) {
    this.#fleet = fleet;
    this.id = id;
    const { clock, network, random, connection, trouble } = fleet.parts;
    const { skewMs = 0 } = trouble;
    const facts = { runId: () => id, death: null, skew: () => skewMs };
    this.#life = new ProcessLife({ clock, network, random, ...facts });
    const never = new AbortController().signal;
    const worker = new FleetWorker({
      bus: this.#bus(),
      world: this.#world(),
      connection,
      facts: { id, host: 'simulated', pid: 1, toolVersion: '0', concurrency: trouble.concurrency },
      serverClock: createServerClock(this.#life.world.clock),
      log: () => undefined,
      drain: never,
      abort: never,
    });
    // Somebody starts a worker again that could not reach the bus.
    worker.work(() => undefined).catch(() => fleet.restart(this));
  }

  isFree(project: string): boolean {
    const { connection, trouble } = this.#fleet.parts;
    const isAwake = !this.#isDead && this.#pausedUntil <= this.#fleet.now;
    const hasRoom = this.#calls.size < trouble.concurrency;
    return isAwake && hasRoom && this.#work !== null && project === connection.publicKey;
  }

  take(taken: TakenCall): void {
    this.#calls.add(taken);
    taken.lockedUntil = Number.POSITIVE_INFINITY;
    if (this.#isDeadly(taken.call)) {
      this.#fleet.restart(this);
      return;
    }
    void this.#work?.(taken.call).then(
      (end) => this.#ended(taken, end),
      () => this.#ended(taken, null),
    );
  }

  #isDeadly({ run, id, body }: QueuedCall): boolean {
    const { connection, trouble } = this.#fleet.parts;
    if (trouble.deadlyItem === undefined) return false;
    const call = createSeal(connection.secretKey, run).open(body, callOf(id)) as FleetCall;
    return call.items.some(({ seq }) => seq === trouble.deadlyItem);
  }

  receive(envelope: Envelope): void {
    if (this.#isDead) return;
    void this.#awake().then(() => this.#onMessage(envelope));
  }

  pause(forMs: number): void {
    const { now } = this.#fleet;
    this.#pausedUntil = Math.max(this.#pausedUntil, now + forMs);
    for (const taken of this.#calls) taken.lockedUntil = now + LIVE_MS;
    this.#fleet.parts.clock.after(forMs, () => {
      if (this.#isDead) return;
      for (const taken of this.#calls) {
        if (taken.lockedUntil > this.#fleet.now) taken.lockedUntil = Number.POSITIVE_INFINITY;
      }
      this.#fleet.assign();
    });
  }

  die(): void {
    this.#isDead = true;
    this.#life.die();
    for (const taken of this.#calls) {
      taken.lockedUntil = Math.min(taken.lockedUntil, this.#fleet.now + LIVE_MS);
    }
  }

  #ended(taken: TakenCall, end: string | null): void {
    this.#calls.delete(taken);
    if (!this.#isDead) this.#fleet.end(taken, end);
  }

  /** Resolves when the process runs; at once if it is not paused. Never if it is dead. */
  async #awake(): Promise<void> {
    const left = this.#pausedUntil - this.#fleet.now;
    if (left > 0) await this.#fleet.parts.clock.sleep(left);
    if (this.#isDead) await new Promise(() => undefined);
  }

  #world(): World {
    const { world } = this.#life;
    const held = async <Result>(work: () => Promise<Result>): Promise<Result> => {
      await this.#awake();
      try {
        return await work();
      } finally {
        await this.#awake();
      }
    };
    return {
      ...world,
      clock: { ...world.clock, sleep: (ms, signal) => held(() => world.clock.sleep(ms, signal)) },
      http: (request) => held(() => world.http(request)),
    };
  }

  #bus(): WorkerBus {
    const isAlive = () => !this.#isDead;
    const fleet = this.#fleet;
    return {
      take: (_place, work) =>
        fleet.command(isAlive, () => {
          this.#work = work;
          fleet.assign();
        }),
      async send(envelope) {
        fleet.carry(() => {
          for (const { run, isAlive: hears, listeners } of fleet.coordinators) {
            if (run === envelope.run && hears()) listeners.onMessage(envelope);
          }
        });
      },
      listen: (_worker, onMessage) =>
        fleet.command(isAlive, () => {
          this.#onMessage = onMessage;
        }),
      announce: (facts) =>
        fleet.command(isAlive, () => {
          fleet.announced.set(facts.id, { facts, at: fleet.now });
        }),
      withdraw: async () => undefined,
      drain: async () => undefined,
      close: async () => undefined,
    };
  }
}

function queued(call: QueuedCall): TakenCall {
  return { call, worker: null, lockedUntil: 0, end: null, hasFailed: false };
}
