import type { Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Envelope, QueuedCall, WorkerBus, WorkerFacts } from './call-bus.ts';
import { LIVE_MS, queueName } from './fleet-keys.ts';
import type { FleetRedis } from './fleet-redis.ts';

/** A worker that does not renew the lock of its call for this time counts as dead, ms. */
const LOCK_MS = 15_000;
/** How often a worker looks for the calls of dead workers, ms. */
const STALLED_EVERY_MS = 5000;

/** A worker's connection to its coordinators through BullMQ and Redis. */
export class BullmqWorkerBus implements WorkerBus {
  readonly #fleet: FleetRedis;
  #worker: Worker | null = null;
  #subscriber: Redis | null = null;

  constructor(fleet: FleetRedis) {
    this.#fleet = fleet;
  }

  async take(
    { project, concurrency }: { readonly project: string; readonly concurrency: number },
    work: (call: QueuedCall) => Promise<string>,
  ): Promise<void> {
    const { bullmq, queueOptions, onError } = this.#fleet;
    const worker = new bullmq.Worker<QueuedCall, string>(
      queueName(project),
      (job) => work(job.data),
      {
        ...queueOptions,
        concurrency,
        lockDuration: LOCK_MS,
        stalledInterval: STALLED_EVERY_MS,
        // A call of a dead worker fails, and the coordinator decides what happens to its items.
        maxStalledCount: 0,
      },
    );
    worker.on('error', onError);
    this.#worker = worker;
    await worker.waitUntilReady();
  }

  async send(envelope: Envelope): Promise<void> {
    await this.#fleet.redis.publish(this.#fleet.keys.toRun(envelope.run), JSON.stringify(envelope));
  }

  async listen(worker: string, onMessage: (envelope: Envelope) => void): Promise<void> {
    const channel = this.#fleet.keys.toWorker(worker);
    this.#subscriber = await this.#fleet.subscribe(channel, onMessage);
  }

  async announce(facts: WorkerFacts): Promise<void> {
    await this.#fleet.redis
      .multi()
      .sadd(this.#fleet.keys.workers(facts.project), facts.id)
      .set(this.#fleet.keys.worker(facts.id), JSON.stringify(facts), 'PX', LIVE_MS)
      .exec();
  }

  async withdraw({ id, project }: Pick<WorkerFacts, 'id' | 'project'>): Promise<void> {
    await this.#fleet.redis
      .multi()
      .srem(this.#fleet.keys.workers(project), id)
      .del(this.#fleet.keys.worker(id))
      .exec();
  }

  async drain(): Promise<void> {
    await this.#worker?.close();
  }

  async close(): Promise<void> {
    await this.#worker?.close(true).catch(() => undefined);
    this.#subscriber?.disconnect();
    this.#fleet.redis.disconnect();
  }
}
