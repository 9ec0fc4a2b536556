/** The name of the BullMQ queue with the calls for the workers of a project. */
export function queueName(project: string): string {
  return `calls-${project}`;
}

/** How long a lease and the announcement of a worker are valid, ms. */
export const LIVE_MS = 15_000;

/** The keys and channels of a fleet in Redis, beside those of BullMQ. All begin with the prefix of the fleet. */
export function fleetKeys(prefix: string) {
  return {
    /** Has the epoch of the coordinator that works on a run, for 15 s. */
    lease: (run: string) => `${prefix}:lease:${run}`,
    /** The ids of the workers of a project. */
    workers: (project: string) => `${prefix}:workers:${project}`,
    /** Has the facts about a worker, for 15 s. */
    worker: (id: string) => `${prefix}:worker:${id}`,
    /** The channel of messages to the coordinator of a run. */
    toRun: (run: string) => `${prefix}:to-run:${run}`,
    /** The channel of messages to a worker. */
    toWorker: (id: string) => `${prefix}:to-worker:${id}`,
    /** The lock of a call that a worker has taken, as BullMQ names it. */
    lock: (project: string, call: string) => `${prefix}:${queueName(project)}:${call}:lock`,
  };
}

export type FleetKeys = ReturnType<typeof fleetKeys>;
