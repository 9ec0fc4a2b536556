import { join } from 'node:path';
import type { RunId } from '../../src/core/run.ts';
import { UserError } from '../../src/core/user-error.ts';
import type { Emulator } from '../../src/emulator/emulator.ts';
import type { Job } from '../../src/job/job-schema.ts';
import { loadJobFile } from '../../src/job/load-job-file.ts';
import { resolveItems } from '../../src/resolve/resolve-items.ts';
import { applyPlan } from '../../src/run/apply-plan.ts';
import { freezePlan } from '../../src/run/freeze-plan.ts';
import { resumeRun } from '../../src/run/resume-run.ts';
import type { RunContext, RunEnd } from '../../src/run/run-request.ts';
import { startRun } from '../../src/run/start-run.ts';
import { listRuns } from '../../src/state/read-runs.ts';
import { createPacerGate } from '../../src/transport/pacer-gate.ts';
import { DEFAULT_LIMITS } from '../../src/transport/transport-limits.ts';
import { createFileAtOnce } from '../support/file-at-once.ts';
import { watchLedgerWrites } from '../support/ledger-writes.ts';
import { type Death, ProcessLife } from '../support/process-life.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { SimulatedFleet } from '../support/simulated-fleet.ts';
import { MAX_EFFECT_LAG_MS, SimulatedNetwork } from '../support/simulated-network.ts';
import { untilSettled, VirtualClock } from '../support/virtual-clock.ts';
import { answerCanary, answerQuestion } from './answers.ts';
import { Controls } from './controls.ts';
import { isOver, isStoppedByClocks, turnedAway } from './life-ends.ts';
import { EARLIER_RUN, type Scenario, scenarioOf, TARGET_KEYS } from './scenarios.ts';
import type { Schedule } from './schedule.ts';
import type { SimulateOptions } from './simulate.ts';
import { BUCKET_ENV, originalBytes, START_MS } from './stage.ts';
import { createStagedEmulator } from './staged-emulator.ts';
import { Trouble } from './trouble.ts';
import { Witness } from './witness.ts';

const CONNECTION = {
  publicKey: 'demopublickey',
  secretKey: 'demosecretkey',
  restOrigin: 'https://service.test',
  auth: 'signed',
} as const;
/** Longer than a late effect of the network, so that no probe is too early (guarantees W7). */
const SETTLE_MS = DEFAULT_LIMITS.writeMarginMs + 30_000 + MAX_EFFECT_LAG_MS + 5000;
const MAX_LIVES = 60;
/** Longer than ucbulk waits for a remote job. */
const PATIENCE_MS = 72 * 3_600_000;

/** Starts the processes of a schedule's run one after another, as a person would. */
export class Lives {
  readonly schedule: Schedule;
  readonly scenario: Scenario;
  readonly witness: Witness;
  readonly stateDirectory: string;
  /** Effects before this one belong to the preparation. */
  firstEffect: number;
  readonly trouble: Trouble;
  readonly log: string[] = [];
  count = 0;
  requests = 0;
  readonly #clock = new VirtualClock(START_MS);
  readonly #network: SimulatedNetwork;
  readonly #fleet: SimulatedFleet | null;
  readonly #controls: Controls;
  readonly #job: Job;
  readonly #random: () => number;
  /** Lives that are over, whether they were killed or not. */
  readonly #ended = new WeakSet<ProcessLife>();
  #runs = 0;
  /** Path of the plan that the run applies; null if it has its own selection. */
  #plan: string | null = null;
  #prepare: () => Promise<void> = async () => undefined;
  /** Null until a process has reported its start. */
  #run: RunId | null = null;
  #stops: { drain: AbortController; abort: AbortController };
  /** Processes that try to start while another one works on the run. */
  #others: ProcessLife[] = [];

  constructor(schedule: Schedule, directory: string, options: SimulateOptions) {
    this.schedule = schedule;
    this.scenario = options.scenario ?? scenarioOf(schedule.scenario);
    this.stateDirectory = join(directory, 'state');
    this.#random = seededRandom(schedule.seed);
    this.#stops = { drain: new AbortController(), abort: new AbortController() };
    let trouble: Trouble | null = null; // none while the stage is set
    const emulator = createStagedEmulator(
      schedule,
      this.scenario,
      this.#clock,
      () => trouble?.isRevoked === true,
    );
    const random = seededRandom(schedule.world);
    const stage = { emulator, directory, items: schedule.items, random };
    const { source, keys, spared = [], afterPlan, earlier } = this.scenario.prepare(stage);
    const copied = this.scenario.attic === undefined ? [] : keys;
    const originals = new Map(copied.map((key) => [key, originalBytes(emulator, key)]));
    const sparedKeys = new Set(spared);
    this.#controls = new Controls({
      schedule,
      clock: this.#clock,
      now: () => this.#clock.now() + this.trouble.skewMs,
      stateDirectory: this.stateDirectory,
      run: () => this.#run,
      accuse: (what) => this.witness.accuse('aPausedRunSendsNothing', what),
      slackMs: schedule.fleet === undefined ? -1 : DEFAULT_LIMITS.writeMarginMs,
    });
    this.#job = jobOf(this.scenario, source, directory);
    this.firstEffect = emulator.audit.length;
    const { scenario } = this;
    const { concurrency } = schedule;
    const { fleet } = schedule;
    const atWorkers = fleet === undefined ? 0 : fleet.workers * fleet.concurrency;
    const promised = {
      concurrency: concurrency + atWorkers,
      hasFleet: fleet !== undefined,
      settleMs: SETTLE_MS,
      secret: CONNECTION.secretKey,
    };
    const files = { keys: new Set(keys), spared: sparedKeys, originals };
    const facts = { scenario, emulator, ...files, ...promised };
    this.witness = new Witness(facts, options.trace ?? null);
    trouble = this.#createTrouble(keys);
    this.trouble = trouble;
    // A file that expires in the run may have another outcome than in a quiet run, or may not be listed.
    if (scenario.unstoredLifetimeMs !== undefined) for (const key of keys) trouble.touched.add(key);
    this.#network = new SimulatedNetwork({
      clock: this.#clock,
      emulator,
      random: this.#random,
      nextFault: () => this.trouble.beforeRequest(),
      watch: {
        written: (sent) => {
          this.#controls.written();
          this.witness.written(sent);
        },
        answered: (sent, status) => this.witness.answered(sent, status),
        throttled: (sent, from, until) => this.witness.throttled(sent, from, until),
      },
    });
    const fleetTrouble = schedule.fleet;
    this.#fleet =
      fleetTrouble === undefined
        ? null
        : new SimulatedFleet({
            clock: this.#clock,
            network: this.#network,
            random: this.#random,
            connection: CONNECTION,
            trouble: fleetTrouble,
            note: (what) => {
              this.trouble.note(what);
              this.witness.tell(what);
            },
          });
    this.#watchLedger();
    if (earlier !== undefined) {
      this.#prepare = async () => {
        watchLedgerWrites(null);
        await this.#playEarlier(
          emulator,
          jobOf({ steps: earlier.steps }, earlier.source, directory),
        );
        this.#watchLedger();
        this.firstEffect = emulator.audit.length;
      };
    }
    if (afterPlan !== undefined) {
      this.#prepare = async () => {
        this.#plan = await this.#writePlan(emulator, directory);
        for (const key of afterPlan()) sparedKeys.add(key);
        this.firstEffect = emulator.audit.length;
      };
    }
  }

  /** Writes a plan of the job, without mishaps. Returns the path of its file. */
  async #writePlan(emulator: Emulator, directory: string): Promise<string> {
    const path = join(directory, 'job.plan');
    const freezing = { path, id: 'plan', overwrite: false, jobFile: null, approvers: [] };
    await this.#liveQuietly(emulator, 'plan', (context) =>
      freezePlan(this.#job, context, { ...freezing, createFile: createFileAtOnce }),
    );
    return path;
  }

  /** Runs a job to its end before the run begins. */
  async #playEarlier(emulator: Emulator, job: Job): Promise<void> {
    const end = await this.#liveQuietly(emulator, EARLIER_RUN, (context) =>
      startRun(job, { ...context, confirm: async () => 'yes' }),
    );
    if (end.counts.done !== end.counts.total) throw new Error('The earlier run has not succeeded');
  }

  /** One process without mishaps, of which the witness sees nothing. */
  async #liveQuietly<Result>(
    emulator: Emulator,
    runId: string,
    work: (context: RunContext) => Promise<Result>,
  ): Promise<Result> {
    const random = seededRandom(this.schedule.world);
    const network = new SimulatedNetwork({
      clock: this.#clock,
      emulator,
      random,
      nextFault: () => null,
    });
    const life = new ProcessLife({
      clock: this.#clock,
      network,
      random,
      runId: () => runId,
      death: null,
    });
    const { fleet: _none, ...context } = this.#contextFor(life);
    const result = await untilSettled(
      this.#clock,
      work({ ...context, listener: () => undefined }),
      this.#clock.now() + PATIENCE_MS,
    );
    life.end();
    this.#ended.add(life);
    return result;
  }

  #watchLedger(): void {
    watchLedgerWrites(() => this.trouble.beforeCommit());
  }

  #createTrouble(keys: readonly string[]): Trouble {
    return new Trouble({
      mishaps: this.schedule.mishaps,
      keys,
      keyPair: CONNECTION,
      witness: this.witness,
      block: (ms) => this.#clock.suspend(ms, 'goes on'),
      stop: (how) => {
        this.#stops.drain.abort();
        if (how === 'abort') this.#stops.abort.abort();
      },
      startSecond: () => void this.#startSecond(),
      control: (change, forMs) => this.#controls.ask(change, forMs),
    });
  }

  /** Starts processes until the run has ended or needs a decision of a person. Returns the end. */
  async play(): Promise<RunEnd> {
    await this.#prepare();
    let end = await this.#untilOver();
    const { resolve } = this.schedule;
    if (resolve !== null && end.counts['in-doubt'] > 0) {
      // Repeats a decision that failed because of a full disk.
      await this.#resolve(end.run, resolve).catch(() => this.#resolve(end.run, resolve));
      end = await this.#untilOver();
    }
    const before = this.#network.written;
    if (end.state === 'finished') await this.#live(null);
    if (this.#network.written > before) {
      this.witness.accuse('finishedStaysFinished', 'resuming a finished run sent requests');
    }
    return end;
  }

  async #untilOver(): Promise<RunEnd> {
    for (;;) {
      this.count += 1;
      if (this.count > MAX_LIVES) throw new Error(`The run does not end in ${MAX_LIVES} lives`);
      const end = await this.#live(this.trouble.deathOf(this.count));
      if (end !== null && isOver(end)) return end;
      if (end !== null && isStoppedByClocks(end)) this.#setClock();
    }
  }

  /** A person reads why the run stopped, and sets the machine's clock. */
  #setClock(): void {
    this.witness.tell('the clock of the machine is set');
    this.trouble.note('clock set');
    this.trouble.skewMs = 0;
  }

  /** One process from its start to its death or to the end of the run; null if the process died. */
  async #live(death: Death | null): Promise<RunEnd | null> {
    this.trouble.isRevoked = false;
    this.#stops = { drain: new AbortController(), abort: new AbortController() };
    const life = this.#newLife(death);
    this.witness.beginLife();
    this.witness.tell(
      `life ${this.count}${death === null ? '' : `, until ${JSON.stringify(death)}`}`,
    );
    const work = this.#work(life).catch((error: unknown) => turnedAway(error));
    const end = await untilSettled(
      this.#clock,
      Promise.race([work, life.died]),
      this.#clock.now() + PATIENCE_MS,
    );
    // A second process that still tries would find the run free from now on.
    for (const other of this.#others.splice(0)) other.die();
    this.witness.endLife();
    this.requests = this.#network.written;
    if (end === 'died') {
      this.trouble.note(`death: ${death?.point ?? 'sudden'}`);
      return null;
    }
    life.end();
    this.#ended.add(life);
    if (end instanceof Error) {
      this.witness.tell(`could not work: ${end.message}`);
      return null;
    }
    const { state, counts, stop } = end;
    this.witness.tell(`ended: ${state} ${JSON.stringify(counts)} ${stop?.kind ?? ''}`);
    return end;
  }

  #newLife(death: Death | null): ProcessLife {
    return new ProcessLife({
      clock: this.#clock,
      network: this.#network,
      random: this.#random,
      runId: () => `run-${++this.#runs}`,
      death,
      skew: () => this.trouble.skewMs,
      beforeFile: () => this.trouble.beforeFile(),
    });
  }

  /** Resumes the run if there is one; starts one otherwise. */
  async #work(life: ProcessLife): Promise<RunEnd> {
    const context = this.#contextFor(life);
    if (this.#run !== null) return resumeRun(this.#run, context);
    const runs = this.#runs === 0 ? [] : await listRuns(this.stateDirectory, context.world);
    // A ledger whose creation was interrupted has no run. Nothing was sent, so another one is created.
    const newest = runs.find((listed) => !('problem' in listed) && listed.run !== EARLIER_RUN);
    if (newest !== undefined) return resumeRun(newest.run, context);
    if (this.#plan === null) return startRun(this.#job, context);
    return applyPlan({ path: this.#plan, file: 'job.plan' }, context);
  }

  #contextFor(life: ProcessLife): RunContext {
    const { operations } = this.scenario;
    const fleet = this.#fleet?.for(life, () => !this.#ended.has(life));
    void life.died.then(() => this.#ended.add(life));
    return {
      world: life.world,
      ...(fleet !== undefined && { fleet }),
      connection: CONNECTION,
      env: { ...TARGET_KEYS, ...BUCKET_ENV },
      stateDirectory: this.stateDirectory,
      concurrency: this.schedule.concurrency,
      listener: (event) => {
        if (event.kind !== 'run-started') return;
        this.#run = event.run;
        this.witness.follow(join(this.stateDirectory, 'runs', `${event.run}.db`));
      },
      confirm: async (question) => answerQuestion(this, question),
      confirmCanary: async (question) => answerCanary(this, question),
      drain: this.#stops.drain.signal,
      abort: this.#stops.abort.signal,
      log: (level, fields, message) => {
        if (level !== 'debug') this.log.push(`${level} ${message} ${JSON.stringify(fields)}`);
      },
      limits: {
        settleMs: SETTLE_MS,
        createGate: createPacerGate,
        onOpen: life.onOpen,
        controlEveryMs: this.#controls.lookEveryMs,
        sampleEveryMs: 5 * this.#controls.lookEveryMs,
        ...(operations !== undefined && { operations: ({ files }) => operations(files) }),
      },
    };
  }

  /** A second process on the same run: it must be refused before it sends anything. */
  async #startSecond(): Promise<void> {
    if (this.#run === null) return;
    const life = this.#newLife(null);
    this.#others.push(life);
    const accuse = (what: string) => this.witness.accuse('secondRunnerIsTurnedAway', what);
    const listener: RunContext['listener'] = ({ kind }) => {
      if (kind === 'run-started') accuse('it began to work');
    };
    const signal = new AbortController().signal; // who stops the first one does not stop this one
    const context = { ...this.#contextFor(life), listener, drain: signal, abort: signal };
    const work = resumeRun(this.#run, context).catch((error: unknown) => error);
    const end = await Promise.race([work, life.died]);
    if (end === 'died') return;
    life.end();
    this.#ended.add(life);
    // The lock refuses it, or its disk fails too.
    if (!(end instanceof UserError)) accuse(`it ended with ${String(end)}`);
  }

  async #resolve(run: RunId, as: 'done' | 'redo' | 'skip'): Promise<void> {
    if (as === 'redo') this.witness.seen.isRedone = true;
    this.trouble.note(`resolve: ${as}`);
    const life = this.#newLife(null);
    // If a later step needs the file, the decision "done" without a file is refused.
    const needsFile = this.scenario.steps.some((step) => JSON.stringify(step).includes('.file }}'));
    const word = as === 'done' && needsFile ? 'skip' : as;
    const resolution = { run, decisions: { as: word } } as const;
    await untilSettled(
      this.#clock,
      resolveItems(this.stateDirectory, resolution, life.world),
      this.#clock.now() + PATIENCE_MS,
    );
    life.end();
    this.#ended.add(life);
    this.witness.seen.now = null; // a person's word reopens what was final
  }
}

function jobOf(
  { steps, job = {} }: Pick<Scenario, 'steps' | 'job'>,
  source: object,
  directory: string,
): Job {
  const text = JSON.stringify({ version: 1, name: 'simulated', source, steps, ...job });
  return loadJobFile(text, { file: join(directory, 'job.json'), env: TARGET_KEYS, vars: {} });
}
