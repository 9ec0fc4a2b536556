import type { Queue, QueueEvents } from 'bullmq';
import type { Redis } from 'ioredis';
import type {
  CallState,
  CoordinatorBus,
  Envelope,
  QueuedCall,
  SeenWorker,
  WorkerFacts,
} from './call-bus.ts';
import { type FleetKeys, LIVE_MS, queueName } from './fleet-keys.ts';
import type { FleetRedis } from './fleet-redis.ts';

/** Number of ended calls and of events that stay in Redis. If the coordinator misses an event, it looks up the call. */
const KEPT = 500;
/** Number of calls that are read at once to find those of a run. */
const PAGE = 100;

/** Renews a lease, or takes it if nobody has it. */
const HOLD_LEASE = `
local holder = redis.call('get', KEYS[1])
if holder and holder ~= ARGV[1] then return 0 end
redis.call('set', KEYS[1], ARGV[1], 'px', ARGV[2])
return 1`;

const RELEASE_LEASE = `
if redis.call('get', KEYS[1]) == ARGV[1] then redis.call('del', KEYS[1]) end
return 1`;

/** A coordinator's connection to its workers through BullMQ and Redis. */
export class BullmqCoordinatorBus implements CoordinatorBus {
  readonly #fleet: FleetRedis;
  readonly #queues = new Map<string, Queue>();
  readonly #events: QueueEvents[] = [];
  readonly #subscribers: Redis[] = [];

  constructor(fleet: FleetRedis) {
    this.#fleet = fleet;
  }

  async add(call: QueuedCall): Promise<void> {
    const { id, project } = call;
    // BullMQ must not deliver a call again: another worker would repeat the request of a worker that is only slow.
    const options = { jobId: id, attempts: 1, removeOnComplete: KEPT, removeOnFail: KEPT };
    await this.#queue(project).add('call', call, options);
  }

  async findAll(
    calls: readonly Pick<QueuedCall, 'id' | 'project'>[],
  ): Promise<readonly CallState[]> {
    const areLocked = await Promise.all(calls.map((call) => this.#isLocked(call)));
    return Promise.all(
      calls.map(async (call, index) =>
        areLocked[index] === true ? { kind: 'taken' } : this.#findUnlocked(call),
      ),
    );
  }

  /** The state of a call that no living worker has, or that is not taken yet. */
  async #findUnlocked(call: Pick<QueuedCall, 'id' | 'project'>): Promise<CallState> {
    const { id, project } = call;
    const job = await this.#queue(project).getJob(id);
    if (job === undefined) return { kind: 'gone' };
    const state = await job.getState();
    if (state === 'completed') return { kind: 'ended', end: String(job.returnvalue) };
    if (state === 'failed' || state === 'unknown') return { kind: 'gone' };
    if (state !== 'active') return { kind: 'queued' };
    return { kind: (await this.#isLocked(call)) ? 'taken' : 'abandoned' };
  }

  /** True if a living worker has the call. */
  async #isLocked({ id, project }: Pick<QueuedCall, 'id' | 'project'>): Promise<boolean> {
    return (await this.#fleet.redis.exists(this.#fleet.keys.lock(project, id))) === 1;
  }

  async dropCalls(run: string, projects: readonly string[]): Promise<void> {
    for (const project of projects) {
      const queue = this.#queue(project);
      for (let from = 0; ; from += PAGE) {
        const jobs = await queue.getJobs(['waiting'], from, from + PAGE - 1);
        const own = jobs.filter((job) => (job?.data as QueuedCall | undefined)?.run === run);
        await Promise.all(own.map((job) => job.remove().catch(() => undefined)));
        if (jobs.length < PAGE) break;
        from -= own.length;
      }
    }
  }

  async workers(projects: readonly string[]): Promise<readonly SeenWorker[]> {
    return readWorkers(this.#fleet.redis, this.#fleet.keys, projects);
  }

  async holdLease(run: string, epoch: string): Promise<boolean> {
    const held = await this.#fleet.redis.eval(
      HOLD_LEASE,
      1,
      this.#fleet.keys.lease(run),
      epoch,
      LIVE_MS,
    );
    return held === 1;
  }

  async releaseLease(run: string, epoch: string): Promise<void> {
    await this.#fleet.redis.eval(RELEASE_LEASE, 1, this.#fleet.keys.lease(run), epoch);
  }

  async send(envelope: Envelope): Promise<void> {
    await this.#fleet.redis.publish(
      this.#fleet.keys.toWorker(envelope.worker),
      JSON.stringify(envelope),
    );
  }

  async listen(
    { run, projects }: { readonly run: string; readonly projects: readonly string[] },
    { onMessage, onEnd }: Parameters<CoordinatorBus['listen']>[1],
  ): Promise<void> {
    const { bullmq, queueOptions, keys, onError } = this.#fleet;
    for (const project of projects) {
      const events = new bullmq.QueueEvents(queueName(project), queueOptions);
      events.on('error', onError);
      events.on('completed', ({ jobId, returnvalue }) => onEnd(jobId, String(returnvalue)));
      events.on('failed', ({ jobId }) => onEnd(jobId, null));
      await events.waitUntilReady();
      this.#events.push(events);
    }
    this.#subscribers.push(await this.#fleet.subscribe(keys.toRun(run), onMessage));
  }

  async close(): Promise<void> {
    await Promise.allSettled([
      ...this.#events.map((events) => events.close()),
      ...[...this.#queues.values()].map((queue) => queue.close()),
    ]);
    for (const redis of [...this.#subscribers, this.#fleet.redis]) redis.disconnect();
  }

  #queue(project: string): Queue {
    const known = this.#queues.get(project);
    if (known !== undefined) return known;
    const { bullmq, queueOptions, onError } = this.#fleet;
    const queue = new bullmq.Queue(queueName(project), {
      ...queueOptions,
      streams: { events: { maxLen: KEPT } },
    });
    queue.on('error', onError);
    this.#queues.set(project, queue);
    return queue;
  }
}

/** Reads which workers of these projects are alive. */
async function readWorkers(
  redis: Redis,
  keys: FleetKeys,
  projects: readonly string[],
): Promise<readonly SeenWorker[]> {
  const found: SeenWorker[] = [];
  for (const project of projects) {
    for (const id of await redis.smembers(keys.workers(project))) {
      const [text, leftMs] = await Promise.all([
        redis.get(keys.worker(id)),
        redis.pttl(keys.worker(id)),
      ]);
      if (text === null) await redis.srem(keys.workers(project), id);
      else
        found.push({ ...(JSON.parse(text) as WorkerFacts), seenMs: Math.max(0, LIVE_MS - leftMs) });
    }
  }
  return found;
}
