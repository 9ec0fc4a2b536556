import type { Connection } from '../core/connection.ts';
import type { LogLine } from '../core/log-line.ts';
import type { World } from '../core/world.ts';
import { toolVersion } from '../run/tool-version.ts';
import { createServerClock } from '../transport/server-clock.ts';
import { BullmqWorkerBus } from './bullmq-worker-bus.ts';
import { openFleetRedis } from './fleet-redis.ts';
import { FleetWorker } from './worker.ts';

/** A worker of a fleet, as the command `ucbulk worker` starts it. */
export interface WorkerRequest {
  /** Address of the Redis, such as `redis://redis.example:6379/0`. */
  readonly address: string;
  readonly connection: Connection;
  /** Number of calls that it works on at the same time. */
  readonly concurrency: number;
  readonly world: World;
  readonly process: { readonly pid: number; readonly host: string };
  readonly log: LogLine;
  /** Aborts when the worker must end the calls in progress and take no more. */
  readonly drain: AbortSignal;
  /** Aborts when the worker must end at once. */
  readonly abort: AbortSignal;
  /** Called when the worker is ready to take calls. */
  readonly onReady: (id: string) => void;
}

/**
 * Works for the coordinators of a project until it is stopped. Throws a `UserError` if Redis can't be used, or if the
 * coordinators have another secret key or another version.
 */
export async function runWorker(request: WorkerRequest): Promise<void> {
  const { world, log, connection, concurrency, process } = request;
  const bus = new BullmqWorkerBus(await openFleetRedis(request.address, log));
  const id = world.ids.runId();
  const { pid, host } = process;
  const worker = new FleetWorker({
    ...request,
    bus,
    facts: { id, host, pid, toolVersion: toolVersion(), concurrency },
    connection,
    serverClock: createServerClock(world.clock),
  });
  try {
    await worker.work(() => request.onReady(id));
  } finally {
    await bus.close();
  }
}
