import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Connection } from '../../src/core/connection.ts';
import type { ItemState } from '../../src/core/item-state.ts';
import { present } from '../../src/core/present.ts';
import { parseRunId, type RunId } from '../../src/core/run.ts';
import type { WireRequest, WireResponse } from '../../src/core/world.ts';
import {
  createEmulator,
  type Effect,
  type Emulator,
  type EmulatorOptions,
} from '../../src/emulator/emulator.ts';
import type { RunEvent } from '../../src/engine/run-events.ts';
import { RunStop } from '../../src/engine/run-stop.ts';
import type { Job } from '../../src/job/job-schema.ts';
import { loadJobFile } from '../../src/job/load-job-file.ts';
import type { GivenCode } from '../../src/job/own-steps.ts';
import { type ApplyOptions, applyPlan } from '../../src/run/apply-plan.ts';
import { freezePlan } from '../../src/run/freeze-plan.ts';
import type { Plan } from '../../src/run/plan.ts';
import { planRun } from '../../src/run/plan-run.ts';
import { resumeRun } from '../../src/run/resume-run.ts';
import type { RunContext, RunEnd, RunLimits } from '../../src/run/run-request.ts';
import { startRun } from '../../src/run/start-run.ts';
import { readItems } from '../../src/state/read-runs.ts';
import type { ItemReport } from '../../src/state/run-status.ts';
import { createPacerGate } from '../../src/transport/pacer-gate.ts';
import { createFileAtOnce } from './file-at-once.ts';
import { answerLeavingOut, type ChangeFile } from './leave-out.ts';
import { type Death, ProcessLife } from './process-life.ts';
import { seededRandom } from './seeded-random.ts';
import { type FleetTrouble, SimulatedFleet } from './simulated-fleet.ts';
import { type NetworkFault, SimulatedNetwork } from './simulated-network.ts';
import { TEMP_ROOT } from './temp-root.ts';
import { untilSettled, VirtualClock } from './virtual-clock.ts';

const START_MS = Date.UTC(2026, 10, 21, 12);
/** Interval at which a run looks for requests of people, unless a test is about them, ms. */
const QUIET_MS = 60_000;
const PATIENCE_MS = 20 * 3_600_000;

const CONNECTION: Connection = {
  publicKey: 'demopublickey',
  secretKey: 'demosecretkey',
  restOrigin: 'https://service.test',
  auth: 'signed',
};

/** A request as the runner wrote it. */
export interface SentRequest {
  readonly method: string;
  readonly target: string;
  readonly body: string | null;
  readonly at: number;
}

/** What a test of one process may change. */
export interface LifeChanges extends Partial<Omit<RunContext, 'world' | 'limits'>> {
  readonly limits?: RunLimits;
  readonly death?: Death;
  /** Workers send the requests, with this trouble. The first life of a bench starts them. */
  readonly fleetTrouble?: FleetTrouble;
  /** How far the machine's clock is off the service's, ms; a function if somebody sets the clock meanwhile. */
  readonly skewMs?: number | (() => number);
}

/** What a test of `apply` may change. */
type ApplyChanges = Pick<ApplyOptions, 'again' | 'approvedBy' | 'canary' | 'maxAgeMs'> & {
  readonly job?: object;
};

/** The emulator's options, and when the test begins (ms since 1970). */
interface BenchOptions extends EmulatorOptions {
  readonly startMs?: number;
}

/** A bench for whole runs: engine, ledger and client before an emulator, in simulated time and without a socket. */
export class RunBench {
  readonly clock: VirtualClock;
  readonly directory = mkdtempSync(join(TEMP_ROOT, 'ucbulk-bench-'));
  readonly emulator: Emulator;
  readonly sent: SentRequest[] = [];
  readonly events: RunEvent[] = [];
  /** What goes wrong with a request on the wire; null lets it pass. */
  fault: (request: SentRequest) => NetworkFault | null = () => null;
  /** Changes each file in listings, searches and single reads, e.g. leaves a field out. */
  changeFile: ChangeFile = () => undefined;
  /** Answers in the emulator's place; null leaves it to the emulator. */
  answer: (request: SentRequest) => WireResponse | null = () => null;
  /** The own code that the jobs of the bench may name. */
  code: GivenCode = { code: new Map(), faults: new Map() };
  readonly #random = seededRandom(1);
  #fleet: SimulatedFleet | null = null;
  #lives = 0;
  #plans = 0;

  /** `startMs`: what the clocks of machine and service show at first. */
  constructor({ startMs = START_MS, ...options }: BenchOptions = {}) {
    this.clock = new VirtualClock(startMs);
    this.emulator = createEmulator({
      clock: this.clock,
      seed: 1,
      files: 0,
      oldestAgeMs: 60 * 86_400_000,
      unstoredLifetimeMs: null,
      ...options,
    });
  }

  /** Starts a run and lets time go on until it has ended; null where its process died. */
  start(job: object, changes: LifeChanges = {}): Promise<RunEnd | null> {
    return this.live(changes, (context) => startRun(this.job(job), context));
  }

  /** Goes on with the newest unfinished run, or with the one named. */
  resume(changes: LifeChanges & { run?: RunId; job?: object } = {}): Promise<RunEnd | null> {
    const { run, job, ...rest } = changes;
    const changed = job === undefined ? undefined : this.job(job);
    return this.live(rest, (context) => resumeRun(run ?? null, context, changed));
  }

  /** Counts what a run would do. */
  async plan(job: object, changes: LifeChanges = {}): Promise<Plan> {
    const plan = await this.live(changes, (context) => planRun(this.job(job), context));
    if (plan === null) throw new Error('The process died');
    return plan;
  }

  /** Writes the plan of a job to a file. Returns its path. */
  async freeze(job: object, approvers: readonly string[] = []): Promise<string> {
    const path = join(this.directory, `${++this.#plans}.plan`);
    const freezing = { path, id: 'plan', overwrite: false, jobFile: 'job.json', approvers };
    await this.live({}, (context) => {
      return freezePlan(this.job(job), context, { ...freezing, createFile: createFileAtOnce });
    });
    return path;
  }

  /** Applies a plan file; null where the process died. */
  apply(
    path: string,
    { job, again, approvedBy, canary, maxAgeMs, ...changes }: LifeChanges & ApplyChanges = {},
  ): Promise<RunEnd | null> {
    const options = {
      path,
      file: 'some.plan',
      ...present({ job: job && this.job(job), again, approvedBy, canary, maxAgeMs }),
    };
    return this.live(changes, (context) => applyPlan(options, context));
  }

  /** One life of a process around any work. */
  async live<Result>(
    changes: LifeChanges,
    work: (context: RunContext) => Promise<Result>,
  ): Promise<Result | null> {
    const { death, skewMs = 0, limits, fleetTrouble, ...rest } = changes;
    const network = this.#network();
    const life = new ProcessLife({
      clock: this.clock,
      network,
      random: this.#random,
      runId: () => nameRun(++this.#lives),
      death: death ?? null,
    });
    const skew = typeof skewMs === 'number' ? () => skewMs : skewMs;
    const fleet = fleetTrouble && this.#fleetOf(network, fleetTrouble);
    let isOver = false;
    void life.died.then(() => {
      isOver = true;
    });
    const clock = { ...life.world.clock, now: () => this.clock.now() + skew() };
    const context: RunContext = {
      world: { ...life.world, clock },
      connection: CONNECTION,
      stateDirectory: this.directory,
      concurrency: 4,
      listener: (event) => this.events.push(event),
      confirm: async () => true,
      drain: new AbortController().signal,
      abort: new AbortController().signal,
      log: () => undefined,
      loadCode: async () => this.code,
      ...(fleet && { fleet: fleet.for(life, () => !isOver) }),
      ...rest,
      limits: {
        createGate: createPacerGate,
        onOpen: life.onOpen,
        controlEveryMs: QUIET_MS,
        sampleEveryMs: QUIET_MS,
        ...limits,
      },
    };
    const end = await untilSettled(
      this.clock,
      Promise.race([work(context), life.died]),
      this.clock.now() + PATIENCE_MS,
    );
    if (end === 'died') return null;
    life.end();
    isOver = true;
    return end as Result;
  }

  #fleetOf(network: SimulatedNetwork, trouble: FleetTrouble): SimulatedFleet {
    this.#fleet ??= new SimulatedFleet({
      clock: this.clock,
      network,
      random: this.#random,
      connection: CONNECTION,
      trouble,
    });
    return this.#fleet;
  }

  /** Another coordinator tries to work on a run. */
  async joinFleet(run: string): Promise<void> {
    const life = new ProcessLife({
      clock: this.clock,
      network: this.#network(),
      random: this.#random,
      runId: () => 'other',
      death: null,
    });
    await this.#fleet
      ?.for(life, () => true)
      .join({
        run: parseRunId(run),
        apiVersion: '0.7',
        projects: [],
        runStop: new RunStop(),
        abort: new AbortController().signal,
        world: life.world,
        listener: () => undefined,
        showWorkers: async () => undefined,
        log: () => undefined,
      });
  }

  /** A job from what matters in it. */
  job(parts: object): Job {
    const job = { version: 1, name: 'bench', ...parts };
    return loadJobFile(JSON.stringify(job), {
      file: 'job.json',
      env: {},
      vars: {},
      code: this.code,
    });
  }

  /** The items of a run as its ledger has them. */
  items(run: RunId, state?: ItemState): ItemReport[] {
    return [...readItems(this.directory, run, state === undefined ? {} : { state })];
  }

  /** The requests that may change something. A search changes nothing, although its method is POST. */
  get mutations(): SentRequest[] {
    return this.sent.filter(
      ({ method, target }) =>
        method !== 'GET' && method !== 'HEAD' && !target.startsWith('/files/search/'),
    );
  }

  /** Somebody else stores a file, past the runner. */
  storeElsewhere(uuid: string): void {
    this.#changeElsewhere('PUT', uuid);
  }

  /** Somebody else deletes a file, past the runner. */
  removeElsewhere(uuid: string): void {
    this.#changeElsewhere('DELETE', uuid);
  }

  #changeElsewhere(method: 'PUT' | 'DELETE', uuid: string): void {
    const { publicKey, secretKey } = this.emulator.projects[0]!;
    const answer = this.emulator.handle({
      method,
      target: `/files/${uuid}/storage/`,
      headers: {
        host: 'service.test',
        accept: 'application/vnd.uploadcare-v0.7+json',
        authorization: `Uploadcare.Simple ${publicKey}:${secretKey}`,
      },
      body: '',
    });
    if (answer.status !== 200) throw new Error(`The file was not changed: ${answer.status}`);
  }

  /** How often an effect happened, and to how many files more than once. */
  effects(effect: Effect): { changed: number; twice: number } {
    const sums = this.emulator.audit.summary()[effect];
    return { changed: sums?.changed ?? 0, twice: sums?.filesChangedMoreThanOnce ?? 0 };
  }

  close(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }

  #network(): SimulatedNetwork {
    let current: SentRequest | null = null;
    const network = new SimulatedNetwork({
      clock: this.clock,
      emulator: { ...this.emulator, handle: (request) => this.#handle(request) },
      random: this.#random,
      nextFault: () => (current === null ? null : this.fault(current)),
    });
    const exchange = network.exchange.bind(network);
    network.exchange = (request: WireRequest, isAlive) => {
      current = this.#note(request);
      return exchange(request, isAlive);
    };
    return network;
  }

  #note({ method, target, body }: WireRequest): SentRequest {
    const request = { method, target, body, at: this.clock.now() };
    this.sent.push(request);
    return request;
  }

  #handle(request: Parameters<Emulator['handle']>[0]): ReturnType<Emulator['handle']> {
    const { method, target } = request;
    const body = String(request.body);
    const answer = this.answer({ method, target, body, at: this.clock.now() });
    if (answer === null) {
      return answerLeavingOut(request, this.emulator.handle(request), this.changeFile);
    }
    return { ...answer, body: Buffer.from(answer.body) };
  }
}

/** The id of the n-th run. Later runs have higher ids, as in a real state directory. */
function nameRun(n: number): string {
  return n < 10 ? `run-${n}` : `run-z${n}`;
}

/** A bench that is cleared away after the test. */
export function runBench(options: BenchOptions = {}): RunBench {
  const bench = new RunBench(options);
  onTestFinished(() => bench.close());
  return bench;
}

/** An answer of the service's, dated as it dates them. */
export function answerWith(bench: RunBench, status: number, body: unknown): WireResponse {
  const date = new Date(bench.clock.now()).toUTCString();
  return { status, body: JSON.stringify(body), headers: { date } };
}

/** Waits for a process that must not have died. */
export async function alive(end: Promise<RunEnd | null>): Promise<RunEnd> {
  const ended = await end;
  if (ended === null) throw new Error('The process died');
  return ended;
}
