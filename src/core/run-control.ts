/** A person wants the run to send nothing for now, or to end. */
export type ControlState = 'paused' | 'stopped';

/** The changes that people asked for in a run, and those that its process has applied. */
export interface ControlRecord {
  /** Null if the run works. */
  readonly state: ControlState | null;
  /** Maximum rate from `ucbulk set`, requests per second; null if there is none. */
  readonly rate: number | null;
  /** Maximum number of requests in flight from `ucbulk set`; null if there is none. */
  readonly concurrency: number | null;
  /** Time of the last change by a person, ms since 1970. */
  readonly askedAt: number;
  /** Number of changes so far. */
  readonly revision: number;
  /** The revision that the process of the run obeys. */
  readonly applied: number;
  readonly appliedAt: number | null;
  /** The limits that the process of the run keeps to; null if nothing limits it. */
  readonly maxRate: number | null;
  readonly maxConcurrency: number | null;
}

/** A change that a person asks for. An absent field does not change. */
export interface ControlChange {
  readonly state?: ControlState | null;
  readonly rate?: number | null;
  readonly concurrency?: number | null;
}
