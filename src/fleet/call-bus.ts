/** A call in the queue of a project. Everything but the ids is sealed. */
export interface QueuedCall {
  readonly id: string;
  /** `FLEET_PROTOCOL` of the coordinator. */
  readonly protocol: number;
  readonly run: string;
  /** Public key of the project whose workers take the call. */
  readonly project: string;
  /** The sealed `FleetCall`. */
  readonly body: string;
}

/**
 * The state of a call as the queue knows it.
 * - `queued`: no worker has taken it
 * - `taken`: a worker has it and is alive
 * - `abandoned`: a worker has it, but has not shown for 15 s that it is alive
 * - `ended`: the worker has ended it
 * - `gone`: the queue does not have it, or gave it up
 */
export type CallState =
  | { readonly kind: 'queued' | 'taken' | 'abandoned' | 'gone' }
  | { readonly kind: 'ended'; readonly end: string };

/**
 * The end of a call that its worker could not decrypt, because the worker has another secret key or another protocol.
 * This text is not sealed. It means only that nothing was sent.
 */
export const UNREADABLE = 'unreadable';

/** The facts that a worker announces about itself. */
export interface WorkerFacts {
  readonly id: string;
  readonly host: string;
  readonly pid: number;
  /** Version of ucbulk. */
  readonly toolVersion: string;
  readonly protocol: number;
  /** Public key of the worker's project. */
  readonly project: string;
  /** Number of calls that it works on at the same time. */
  readonly concurrency: number;
  readonly inFlight: number;
}

/** A worker that is alive, and when it last announced itself. */
export interface SeenWorker extends WorkerFacts {
  /** Time since the worker last showed that it is alive, ms. */
  readonly seenMs: number;
}

/** A sealed message, and the ids that its receiver needs to open it. */
export interface Envelope {
  readonly run: string;
  readonly project: string;
  readonly worker: string;
  readonly text: string;
}

/**
 * The coordinator's connection to its workers. Every message may be lost, late, out of order, or delivered
 * twice. Methods reject if the connection is lost. The caller then repeats them later, or gives the call up.
 */
export interface CoordinatorBus {
  /** Adds a call to the queue of its project. */
  add(call: QueuedCall): Promise<void>;
  /** The states of these calls, in the same order. */
  findAll(calls: readonly Pick<QueuedCall, 'id' | 'project'>[]): Promise<readonly CallState[]>;
  /** Removes the calls of a run that no worker has taken. */
  dropCalls(run: string, projects: readonly string[]): Promise<void>;
  /** The workers of these projects that were alive in the last 15 s. */
  workers(projects: readonly string[]): Promise<readonly SeenWorker[]>;
  /** Takes or renews the lease of a run. Returns false if another coordinator has it. */
  holdLease(run: string, epoch: string): Promise<boolean>;
  releaseLease(run: string, epoch: string): Promise<void>;
  /** Sends a message to a worker. */
  send(envelope: Envelope): Promise<void>;
  /** Begins to receive. `onEnd` gets the sealed end of a call, or null if its worker is dead. */
  listen(
    place: { readonly run: string; readonly projects: readonly string[] },
    listeners: {
      readonly onMessage: (envelope: Envelope) => void;
      readonly onEnd: (call: string, end: string | null) => void;
    },
  ): Promise<void>;
  close(): Promise<void>;
}

/** A worker's connection to the coordinators. Messages may be lost, late, out of order, or delivered twice. */
export interface WorkerBus {
  /** Begins to take calls. `work` returns the sealed end of the call. */
  take(
    place: { readonly project: string; readonly concurrency: number },
    work: (call: QueuedCall) => Promise<string>,
  ): Promise<void>;
  /** Sends a message to the coordinator of a run. */
  send(envelope: Envelope): Promise<void>;
  /** Begins to receive the messages to this worker. */
  listen(worker: string, onMessage: (envelope: Envelope) => void): Promise<void>;
  /** Announces that the worker is alive. The announcement expires after 15 s. */
  announce(facts: WorkerFacts): Promise<void>;
  /** Removes the announcement of a worker that takes no more calls. */
  withdraw(facts: Pick<WorkerFacts, 'id' | 'project'>): Promise<void>;
  /** Takes no more calls, and waits for the calls in progress. */
  drain(): Promise<void>;
  close(): Promise<void>;
}
