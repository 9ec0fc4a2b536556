import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RedisProcess } from '../support/redis-process.ts';
import type { ChaosCoordinator } from './chaos-coordinator.ts';
import type { ChaosWorkers } from './chaos-workers.ts';
import { type Injury, plannedInjuries } from './injuries.ts';

/** The processes of a round that are injured. */
export interface Victims {
  readonly workers: ChaosWorkers;
  readonly coordinator: ChaosCoordinator;
  readonly redis: RedisProcess;
}

interface Schedule {
  readonly seed: number;
  readonly seconds: number;
  readonly everyMs: number;
}

/** Injures the processes by the schedule of the seed, until its time is over or the run is finished. */
export async function injure(victims: Victims, { seed, seconds, everyMs }: Schedule) {
  const until = Date.now() + seconds * 1000;
  const counts = { redisKills: 0, flushes: 0 };
  const inProgress: Promise<void>[] = [];
  for (const { afterMs, injury } of plannedInjuries(seed, everyMs)) {
    const isTooLate = Date.now() + afterMs > until;
    await sleep(Math.max(0, Math.min(afterMs, until - Date.now())));
    if (isTooLate || victims.coordinator.isFinished) break;
    if (injury.kind === 'kill-redis') counts.redisKills += 1;
    if (injury.kind === 'flush') counts.flushes += 1;
    const done = inflict(injury, victims);
    // Two injuries of Redis at once would be one.
    if (injury.kind === 'kill-redis' || injury.kind === 'flush') await done;
    else inProgress.push(done);
  }
  await Promise.all(inProgress);
  return counts;
}

async function inflict(injury: Injury, { workers, coordinator, redis }: Victims): Promise<void> {
  switch (injury.kind) {
    case 'kill-worker':
      return workers.kill(injury.worker, injury.awayMs);
    case 'stop-worker':
      return workers.stop(injury.worker, injury.forMs);
    case 'kill-coordinator':
      coordinator.kill(injury.awayMs);
      return;
    case 'kill-redis':
      await redis.kill();
      await sleep(injury.awayMs);
      return redis.start();
    case 'flush':
      return flushAll(redis.port);
  }
}

/** Lets Redis forget everything. */
async function flushAll(port: number): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  socket.end('FLUSHALL\r\n');
  socket.resume();
  await once(socket, 'close');
}
