import type { Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import type { LogLine } from '../core/log-line.ts';
import { LIVE_MS, subscribe } from './bullmq-coordinator-bus.ts';
import type { Envelope, QueuedCall, WorkerBus, WorkerFacts } from './call-bus.ts';
import { fleetKeys, queueName } from './fleet-keys.ts';
import type { RedisAddress } from './redis-address.ts';
import { connectChecked, connectionOptions, type FleetPackages } from './redis-connection.ts';

/** A worker that does not renew the lock of its call for this time counts as dead, ms. */
const LOCK_MS = 15_000;
/** How often a worker looks for the calls of dead workers, ms. */
const STALLED_EVERY_MS = 5000;

/** Opens the connection of a worker. Throws a `UserError` if Redis can't be used. */
export async function openWorkerBus(
  packages: FleetPackages,
  address: RedisAddress,
  log: LogLine,
): Promise<WorkerBus> {
  const redis = await connectChecked(packages, address, log);
  return new BullmqWorkerBus(packages, { address, redis, log });
}

class BullmqWorkerBus implements WorkerBus {
  readonly #packages: FleetPackages;
  readonly #address: RedisAddress;
  readonly #redis: Redis;
  readonly #log: LogLine;
  readonly #keys: ReturnType<typeof fleetKeys>;
  #worker: Worker | null = null;
  #subscriber: Redis | null = null;

  constructor(
    packages: FleetPackages,
    { address, redis, log }: { address: RedisAddress; redis: Redis; log: LogLine },
  ) {
    this.#packages = packages;
    this.#address = address;
    this.#redis = redis;
    this.#log = log;
    this.#keys = fleetKeys(address.prefix);
  }

  async take(
    { project, concurrency }: { readonly project: string; readonly concurrency: number },
    work: (call: QueuedCall) => Promise<string>,
  ): Promise<void> {
    const worker = new this.#packages.bullmq.Worker<QueuedCall, string>(
      queueName(project),
      (job) => work(job.data),
      {
        connection: connectionOptions(this.#address),
        prefix: this.#address.prefix,
        concurrency,
        lockDuration: LOCK_MS,
        stalledInterval: STALLED_EVERY_MS,
        // A call of a dead worker fails, and the coordinator decides what happens to its items.
        maxStalledCount: 0,
      },
    );
    worker.on('error', (error) => this.#log('debug', {}, `Redis: ${error.message}`));
    this.#worker = worker;
    await worker.waitUntilReady();
  }

  async send(envelope: Envelope): Promise<void> {
    await this.#redis.publish(this.#keys.toRun(envelope.run), JSON.stringify(envelope));
  }

  async listen(worker: string, onMessage: (envelope: Envelope) => void): Promise<void> {
    const channel = this.#keys.toWorker(worker);
    const place = { address: this.#address, log: this.#log };
    this.#subscriber = await subscribe(this.#packages, place, { channel, onMessage });
  }

  async announce(facts: WorkerFacts): Promise<void> {
    await this.#redis
      .multi()
      .sadd(this.#keys.workers(facts.project), facts.id)
      .set(this.#keys.worker(facts.id), JSON.stringify(facts), 'PX', LIVE_MS)
      .exec();
  }

  async withdraw({ id, project }: Pick<WorkerFacts, 'id' | 'project'>): Promise<void> {
    await this.#redis
      .multi()
      .srem(this.#keys.workers(project), id)
      .del(this.#keys.worker(id))
      .exec();
  }

  async drain(): Promise<void> {
    await this.#worker?.close();
  }

  async close(): Promise<void> {
    await this.#worker?.close(true).catch(() => undefined);
    this.#subscriber?.disconnect();
    this.#redis.disconnect();
  }
}
