import type { ApiVersion } from '../core/api-version.ts';
import type { WorkerActivity } from '../core/connected-worker.ts';
import type { Connection } from '../core/connection.ts';
import type { LogLine } from '../core/log-line.ts';
import type { RunId } from '../core/run.ts';
import type { World } from '../core/world.ts';
import type { RunListener } from '../engine/run-events.ts';
import type { RunStop } from '../engine/run-stop.ts';
import type { LateAnswer } from '../engine/send/settle-late.ts';
import type { Step } from '../job/step-schemas.ts';
import type { Operation } from '../operations/operation.ts';
import type { Paced } from '../transport/with-gate.ts';

/** Workers on other machines that send the requests of a run (docs/fleet.md). */
export interface Fleet {
  /** Takes the run's place at the fleet. Rejects with a `UserError` if another coordinator has it. */
  join(run: FleetRun): Promise<FleetSession>;
  close(): Promise<void>;
}

/** The permits that workers need of a project, which only the process of the run can give. */
export interface WorkerPermits {
  /** Runs a worker's request at the rate limit of an API, which all workers and this process share; a part, when no pause holds it back. */
  readonly paced: Readonly<Record<'rest' | 'upload' | 'part', Paced>>;
  /** Finds out the service's time if it is not known. Called before an intent, which has this time. */
  readonly resyncClock: () => Promise<void>;
  /** True while the run must send no request. A request that got its slot before then needs a new one. */
  readonly isPaused: () => boolean;
  /** Called if a counted request was not sent, because its intent could not be written. */
  readonly onUnsent: () => void;
  readonly onThrottled: () => void;
}

/** A run that wants its requests sent by workers. */
export interface FleetRun {
  readonly run: RunId;
  readonly apiVersion: ApiVersion;
  readonly projects: readonly FleetProject[];
  readonly runStop: RunStop;
  /** Aborts when requests in flight must be canceled at once. */
  readonly abort: AbortSignal;
  readonly world: Pick<World, 'clock'>;
  readonly listener: RunListener;
  /** Called every 2 s with the workers that are alive, and with null when the run has left the fleet. */
  readonly showWorkers: (workers: readonly SeenActivity[] | null) => Promise<void>;
  readonly log: LogLine;
}

/** A worker, and the time since it last showed that it is alive, ms. */
export type SeenActivity = Omit<WorkerActivity, 'seenAt'> & { readonly seenMs: number };

/** A project of the run. */
export interface FleetProject {
  readonly connection: Connection;
  readonly permits: WorkerPermits;
}

/** The fleet as one run uses it. */
export interface FleetSession {
  /** Returns the operation of a step with the same traits, whose requests workers send. */
  distribute(operation: Operation, place: FleetStep): Operation;
  /**
   * Calls `settle` for each answer that came after its request had counted as lost. Returns a function that ends this.
   */
  receiveLate(settle: (late: LateAnswer) => Promise<void>): () => void;
  /** Number of requests that can be open at the same time: those that all workers can make, and those of workers that have gone. */
  capacity(): number;
  /** Leaves the fleet. The run has ended or stopped. */
  leave(): Promise<void>;
}

/** A step of the run. */
export interface FleetStep {
  readonly index: number;
  readonly step: Step;
  /** Public key of the step's project. */
  readonly project: string;
}
