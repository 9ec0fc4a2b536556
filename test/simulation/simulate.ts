import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CRASH_POINTS } from '../../src/core/world.ts';
import { createEmulator, type Emulator } from '../../src/emulator/emulator.ts';
import type { Job } from '../../src/job/job-schema.ts';
import { loadJobFile } from '../../src/job/load-job-file.ts';
import { listRuns } from '../../src/run/read-runs.ts';
import { resumeRun } from '../../src/run/resume-run.ts';
import type { RunContext, RunEnd } from '../../src/run/run-request.ts';
import { startRun } from '../../src/run/start-run.ts';
import { createPacerGate } from '../../src/transport/pacer-gate.ts';
import { type Death, ProcessLife } from '../support/process-life.ts';
import { between, pick, seededRandom } from '../support/seeded-random.ts';
import {
  MAX_EFFECT_LAG_MS,
  NETWORK_FAULTS,
  type NetworkFault,
  SimulatedNetwork,
} from '../support/simulated-network.ts';
import { untilSettled, VirtualClock } from '../support/virtual-clock.ts';
import { checkEnd, Watch } from './invariants.ts';
import { SCENARIOS, type Scenario, START_MS } from './scenarios.ts';

/** What a schedule came to. */
export interface SimulationResult {
  readonly seed: number;
  readonly scenario: string;
  readonly violations: readonly string[];
  readonly faults: number;
  readonly deaths: number;
  readonly lives: number;
  readonly requests: number;
  readonly items: number;
  readonly inDoubt: number;
}

const CONNECTION = {
  publicKey: 'demopublickey',
  secretKey: 'demosecretkey',
  restOrigin: 'https://service.test',
  auth: 'signed',
} as const;
/** More than the late effects of the network, so that a probe is not too early (rule W9). */
const SETTLE_MS = 1000 + 30_000 + MAX_EFFECT_LAG_MS;
const MAX_LIVES = 60;
/** Ledgers of a simulation need no disk: Linux has one in memory. */
const MEMORY_DISK = '/dev/shm';
const END_BY_MS = START_MS + 20 * 3_600_000;

/** Runs one seeded schedule of faults and deaths to its end, and checks what must always hold. */
export async function simulate(seed: number, only?: Scenario): Promise<SimulationResult> {
  const directory = mkdtempSync(
    join(existsSync(MEMORY_DISK) ? MEMORY_DISK : tmpdir(), 'ucbulk-sim-'),
  );
  try {
    return await new Simulation(seed, directory, only).run();
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

class Simulation {
  readonly #seed: number;
  readonly #directory: string;
  readonly #random: () => number;
  readonly #scenario: Scenario;
  readonly #clock = new VirtualClock(START_MS);
  readonly #emulator: Emulator;
  readonly #network: SimulatedNetwork;
  readonly #watch: Watch;
  readonly #faultShare: number;
  #faultsLeft: number;
  #deathsLeft: number;
  #faults = 0;
  #deaths = 0;
  #runs = 0;

  constructor(seed: number, directory: string, only?: Scenario) {
    this.#seed = seed;
    this.#directory = directory;
    const random = seededRandom(seed);
    this.#random = random;
    this.#scenario = only ?? pick(random, SCENARIOS);
    this.#faultShare = pick(random, [0, 0.02, 0.08, 0.2]);
    this.#faultsLeft = between(random, 0, 40);
    this.#deathsLeft = between(random, 0, 6);
    const isThrottled = random() < 0.3;
    this.#emulator = createEmulator({
      clock: this.#clock,
      seed,
      files: between(random, 0, 260),
      storedShare: pick(random, [0.1, 0.5, 0.9]),
      tiesShare: pick(random, [0, 0.05, 0.6]),
      oldestAgeMs: 60 * 86_400_000,
      unstoredLifetimeMs: null,
      throttle: isThrottled
        ? { perSecond: between(random, 2, 30), burst: between(random, 1, 20) }
        : null,
    });
    this.#watch = new Watch(this.#emulator, this.#scenario);
    this.#network = new SimulatedNetwork({
      clock: this.#clock,
      emulator: this.#emulator,
      random,
      nextFault: () => this.#nextFault(),
      onMutation: (arrival) => this.#watch.mutation(arrival),
      onWrite: (at) => this.#watch.written(at),
      onThrottled: (from, until) => this.#watch.throttled(from, until),
    });
  }

  async run(): Promise<SimulationResult> {
    let lives = 0;
    let end: RunEnd | null = null;
    const violations: string[] = [];
    try {
      while (!isOver(end)) {
        lives += 1;
        if (lives > MAX_LIVES) throw new Error(`The run does not end in ${MAX_LIVES} lives`);
        end = await this.#live(this.#nextDeath());
      }
      const before = this.#network.written;
      if (end?.state === 'finished') await this.#live(null);
      if (this.#network.written > before) violations.push('resuming a finished run sent requests');
    } catch (error) {
      violations.push(error instanceof Error ? (error.stack ?? error.message) : String(error));
    }
    if (end !== null) violations.push(...checkEnd(this.#watch, end, this.#directory));
    return {
      seed: this.#seed,
      scenario: this.#scenario.name,
      violations,
      faults: this.#faults,
      deaths: this.#deaths,
      lives,
      requests: this.#network.written,
      items: end?.counts.total ?? 0,
      inDoubt: end?.counts['in-doubt'] ?? 0,
    };
  }

  /** One process from its start to its death, or to the end of the run; null where there was no end. */
  async #live(death: Death | null): Promise<RunEnd | null> {
    const life = new ProcessLife({
      clock: this.#clock,
      network: this.#network,
      random: this.#random,
      runId: () => `run-${++this.#runs}`,
      death,
    });
    this.#watch.newLife();
    const context = this.#contextFor(life);
    const work = resumeOrStart(this.#job(), context);
    const end = await untilSettled(this.#clock, Promise.race([work, life.died]), END_BY_MS);
    if (end === 'died') {
      this.#deaths += 1;
      return null;
    }
    life.end();
    return end;
  }

  #contextFor(life: ProcessLife): RunContext {
    const { operations } = this.#scenario;
    return {
      world: life.world,
      connection: CONNECTION,
      stateDirectory: this.#directory,
      concurrency: between(this.#random, 1, 8),
      listener: (event) => this.#watch.event(event),
      confirm: async () => true,
      drain: new AbortController().signal,
      abort: new AbortController().signal,
      log: () => undefined,
      limits: {
        settleMs: SETTLE_MS,
        createGate: createPacerGate,
        onOpen: life.onOpen,
        ...(operations !== undefined && {
          operations: ({ files }) => operations(files),
        }),
      },
    };
  }

  #job(): Job {
    const job = { version: 1, name: 'simulated', ...this.#scenario.job };
    return loadJobFile(JSON.stringify(job), { file: 'job.json', env: {}, vars: {} });
  }

  #nextFault(): NetworkFault | null {
    if (this.#faultsLeft === 0 || this.#random() >= this.#faultShare) return null;
    this.#faultsLeft -= 1;
    this.#faults += 1;
    return pick(this.#random, NETWORK_FAULTS);
  }

  #nextDeath(): Death | null {
    if (this.#deathsLeft === 0) return null;
    this.#deathsLeft -= 1;
    if (this.#random() < 0.3) return { afterMs: between(this.#random, 1, 8000) };
    return { point: pick(this.#random, CRASH_POINTS), hit: between(this.#random, 1, 12) };
  }
}

/** What a person does: go on with the run that is there, and start one where none is. */
async function resumeOrStart(job: Job, context: RunContext): Promise<RunEnd> {
  const [newest] = await listRuns(context.stateDirectory, context.world);
  return newest === undefined ? startRun(job, context) : resumeRun(newest.run, context);
}

/** In doubt is an end too: only a person can say more. */
function isOver(end: RunEnd | null): boolean {
  if (end === null) return false;
  const open = end.counts.pending + end.counts.running + end.counts.waiting;
  return end.state === 'finished' || (open === 0 && end.counts['in-doubt'] > 0);
}
