import { join } from 'node:path';
import type { RunId } from '../../src/core/run.ts';
import { UserError } from '../../src/core/user-error.ts';
import type { Job } from '../../src/job/job-schema.ts';
import { loadJobFile } from '../../src/job/load-job-file.ts';
import { listRuns } from '../../src/run/read-runs.ts';
import { resolveItems } from '../../src/run/resolve-items.ts';
import { resumeRun } from '../../src/run/resume-run.ts';
import type { RunContext, RunEnd } from '../../src/run/run-request.ts';
import { startRun } from '../../src/run/start-run.ts';
import { createPacerGate } from '../../src/transport/pacer-gate.ts';
import { diskFull, watchLedgerWrites } from '../support/ledger-writes.ts';
import { type Death, ProcessLife } from '../support/process-life.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { MAX_EFFECT_LAG_MS, SimulatedNetwork } from '../support/simulated-network.ts';
import { untilSettled, VirtualClock } from '../support/virtual-clock.ts';
import type { NetworkFault } from '../support/wire-faults.ts';
import { type Scenario, scenarioOf } from './scenarios.ts';
import type { Mishap, Schedule } from './schedule.ts';
import type { SimulateOptions } from './simulate.ts';
import { createStagedEmulator } from './staged-emulator.ts';
import { START_MS } from './stage.ts';
import { Witness } from './witness.ts';

const SECRET = 'demosecretkey';
const CONNECTION = {
  publicKey: 'demopublickey',
  secretKey: SECRET,
  restOrigin: 'https://service.test',
  auth: 'signed',
} as const;
/** More than the late effects of the network, so that a probe is not too early (rule W9). */
const SETTLE_MS = 1000 + 30_000 + MAX_EFFECT_LAG_MS + 5000;
const MAX_LIVES = 60;
const PATIENCE_MS = 20 * 3_600_000;

/** All processes that work on the run of a schedule, one after another, as a person would start them. */
export class Lives {
  readonly schedule: Schedule;
  readonly scenario: Scenario;
  readonly witness: Witness;
  readonly stateDirectory: string;
  /** Effects before this one were made to set the stage. */
  readonly firstEffect: number;
  /** The emulator's numbers of requests that were somebody else's. */
  readonly otherRequests = new Set<number>();
  readonly touched = new Set<string>();
  readonly log: string[] = [];
  /** Mishaps that came to pass, by kind. */
  readonly met = new Map<string, number>();
  count = 0;
  requests = 0;
  readonly #clock = new VirtualClock(START_MS);
  readonly #network: SimulatedNetwork;
  readonly #job: Job;
  readonly #keys: readonly string[];
  readonly #random: () => number;
  #skewMs = 0;
  #isRevoked = false;
  #writes = 0;
  #uses = 0;
  #runs = 0;
  /** The run that was begun; null where none is known yet. */
  #run: RunId | null = null;
  #stops: { drain: AbortController; abort: AbortController };
  #others: Promise<void>[] = [];

  constructor(schedule: Schedule, directory: string, options: SimulateOptions) {
    this.schedule = schedule;
    this.scenario = options.scenario ?? scenarioOf(schedule.scenario);
    this.stateDirectory = join(directory, 'state');
    this.#random = seededRandom(schedule.seed);
    this.#stops = { drain: new AbortController(), abort: new AbortController() };
    const isRevoked = () => this.#isRevoked;
    const emulator = createStagedEmulator(schedule, this.#clock, isRevoked);
    const random = seededRandom(schedule.world);
    const stage = { emulator, directory, items: schedule.items, random };
    const { source, keys } = this.scenario.prepare(stage);
    const { steps, job = {} } = this.scenario;
    const text = JSON.stringify({ version: 1, name: 'simulated', source, steps, ...job });
    this.#job = loadJobFile(text, { file: join(directory, 'job.json'), env: {}, vars: {} });
    this.#keys = keys;
    this.firstEffect = emulator.audit.length;
    const { concurrency } = schedule;
    const facts = { scenario: this.scenario, emulator, keys: new Set(keys), concurrency };
    this.witness = new Witness(
      { ...facts, settleMs: SETTLE_MS, secret: SECRET },
      options.trace ?? null,
    );
    this.#network = new SimulatedNetwork({
      clock: this.#clock,
      emulator,
      random: this.#random,
      nextFault: () => this.#beforeRequest(),
      watch: this.witness,
    });
    watchLedgerWrites(() => this.#beforeCommit());
  }

  /** Starts processes until the run is over, or only a person could say more; gives how it ended. */
  async play(): Promise<RunEnd> {
    let end = await this.#untilOver();
    if (this.schedule.resolve !== null && end.counts['in-doubt'] > 0) {
      await this.#resolve(end.run, this.schedule.resolve);
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
      const end = await this.#live(this.#deathOf(this.count));
      if (end !== null && isOver(end)) return end;
    }
  }

  /** One process from its start to its death, or to the end of the run; null where there was no end. */
  async #live(death: Death | null): Promise<RunEnd | null> {
    this.#isRevoked = false;
    this.#stops = { drain: new AbortController(), abort: new AbortController() };
    const life = this.#newLife(death);
    this.witness.beginLife();
    this.witness.tell(`life ${this.count}${death === null ? '' : `, until ${JSON.stringify(death)}`}`);
    const work = this.#work(life).catch((error: unknown) => turnedAway(error));
    const end = await untilSettled(
      this.#clock,
      Promise.race([work, life.died]),
      this.#clock.now() + PATIENCE_MS,
    );
    await Promise.all(this.#others.splice(0));
    this.witness.endLife();
    this.requests = this.#network.written;
    if (end === 'died') {
      this.#note(`death: ${death?.point ?? 'sudden'}`);
      return null;
    }
    life.end();
    if (end instanceof Error) this.witness.tell(`could not work: ${end.message}`);
    else this.witness.tell(`ended: ${end.state} ${JSON.stringify(end.counts)} ${end.stop?.kind ?? ''}`);
    return end instanceof Error ? null : end;
  }

  #newLife(death: Death | null): ProcessLife {
    return new ProcessLife({
      clock: this.#clock,
      network: this.#network,
      random: this.#random,
      runId: () => `run-${++this.#runs}`,
      death,
      skew: () => this.#skewMs,
      beforeFile: () => this.#beforeFile(),
    });
  }

  /** What a person does: go on with the run that is there, and start one where none is. */
  async #work(life: ProcessLife): Promise<RunEnd> {
    const context = this.#contextFor(life);
    if (this.#run !== null) return resumeRun(this.#run, context);
    const isFirst = this.#runs === 0;
    const [newest] = isFirst ? [] : await listRuns(this.stateDirectory, context.world);
    return newest === undefined ? startRun(this.#job, context) : resumeRun(newest.run, context);
  }

  #contextFor(life: ProcessLife): RunContext {
    const { operations } = this.scenario;
    return {
      world: life.world,
      connection: CONNECTION,
      stateDirectory: this.stateDirectory,
      concurrency: this.schedule.concurrency,
      listener: (event) => {
        if (event.kind !== 'run-started') return;
        this.#run = event.run;
        this.witness.follow(this.#ledgerPath(event.run));
      },
      confirm: async () => true,
      drain: this.#stops.drain.signal,
      abort: this.#stops.abort.signal,
      log: (level, fields, message) => {
        if (level !== 'debug') this.log.push(`${level} ${message} ${JSON.stringify(fields)}`);
      },
      limits: {
        settleMs: SETTLE_MS,
        createGate: createPacerGate,
        onOpen: life.onOpen,
        ...(operations !== undefined && { operations: ({ files }) => operations(files) }),
      },
    };
  }

  #ledgerPath(run: string): string {
    return join(this.stateDirectory, 'runs', `${run}.db`);
  }

  #deathOf(life: number): Death | null {
    const mishap = this.schedule.mishaps.find(
      (one) => (one.kind === 'death' || one.kind === 'sudden-death') && one.life === life,
    );
    if (mishap?.kind === 'death') return { point: mishap.point, hit: mishap.hit };
    return mishap?.kind === 'sudden-death' ? { afterMs: mishap.afterMs } : null;
  }

  #asked = 0;

  /** Lets come to pass what is due at this request; gives its fault. */
  #beforeRequest(): NetworkFault | null {
    this.#asked += 1;
    let fault: NetworkFault | null = null;
    for (const mishap of this.schedule.mishaps) {
      if (mishap.kind === 'fault') {
        const place = this.#asked - mishap.request;
        if (place >= 0 && place < (mishap.times ?? 1)) fault ??= mishap.fault;
      } else if ('request' in mishap && mishap.request === this.#asked) this.#happen(mishap);
    }
    if (fault !== null) this.#note(`fault: ${fault}`);
    if (fault !== null) this.witness.tell(`  request ${this.#asked} meets ${fault}`);
    return fault;
  }

  #happen(mishap: Mishap): void {
    this.#note(mishap.kind);
    this.witness.tell(`  ${JSON.stringify(mishap)}`);
    if (mishap.kind === 'stop') {
      this.#stops.drain.abort();
      if (mishap.how === 'abort') this.#stops.abort.abort();
    }
    if (mishap.kind === 'revoked') this.#isRevoked = true;
    if (mishap.kind === 'clock-jump') {
      this.#skewMs += mishap.byMs;
      this.witness.seen.isClockOff = true;
    }
    if (mishap.kind === 'elsewhere') this.#touch(mishap.what, this.#keys[mishap.item]);
    if (mishap.kind === 'second-runner') this.#others.push(this.#startSecond());
  }

  #touch(what: 'store' | 'delete', key: string | undefined): void {
    if (key === undefined) return;
    const { emulator } = this.witness.seen;
    this.touched.add(key);
    const from = emulator.audit.length;
    emulator.handle({
      method: what === 'store' ? 'PUT' : 'DELETE',
      target: `/files/${key}/storage/`,
      headers: {
        host: 'service.test',
        accept: 'application/vnd.uploadcare-v0.7+json',
        authorization: `Uploadcare.Simple ${CONNECTION.publicKey}:${SECRET}`,
      },
      body: '',
    });
    for (const { request } of emulator.audit.entries(from)) this.otherRequests.add(request);
  }

  /** Another process on the same run: it must be turned away before it sends anything. */
  async #startSecond(): Promise<void> {
    const life = this.#newLife(null);
    const context = { ...this.#contextFor(life), listener: () => undefined };
    if (this.#run === null) return;
    const end = await resumeRun(this.#run, context).catch((error: unknown) => error);
    life.end();
    const isTurnedAway = end instanceof UserError && end.kind === 'locked';
    if (!isTurnedAway) this.witness.accuse('secondRunnerIsTurnedAway', `it ended with ${String(end)}`);
  }

  async #resolve(run: RunId, as: 'done' | 'redo' | 'skip'): Promise<void> {
    if (as === 'redo') this.witness.seen.isRedone = true;
    this.#note(`resolve: ${as}`);
    const life = this.#newLife(null);
    const resolution = { run, keys: null, resolution: { as } } as const;
    await untilSettled(
      this.#clock,
      resolveItems(this.stateDirectory, resolution, life.world),
      this.#clock.now() + PATIENCE_MS,
    );
    life.end();
    this.witness.seen.now = null; // a person's word reopens what was final
  }

  #beforeCommit(): void {
    this.#writes += 1;
    const { mishaps } = this.schedule;
    if (mishaps.some((one) => one.kind === 'disk-full' && one.write === this.#writes)) {
      this.#note('disk-full');
      this.witness.tell(`  no room for write ${this.#writes}`);
      throw diskFull();
    }
  }

  #beforeFile(): void {
    this.#uses += 1;
    const mishap = this.schedule.mishaps.find(
      (one) => one.kind === 'file-error' && one.use === this.#uses,
    );
    if (mishap?.kind !== 'file-error') return;
    this.#note(`file-error: ${mishap.code}`);
    throw Object.assign(new Error(`${mishap.code}: simulated`), { code: mishap.code });
  }

  #note(what: string): void {
    this.met.set(what, (this.met.get(what) ?? 0) + 1);
  }
}

/** A process that could not even begin says so and ends; a bug is none of these. */
function turnedAway(error: unknown): Error {
  const isExpected =
    error instanceof UserError ||
    (error instanceof Error && (error.name === 'ClassifiedError' || / simulated$/.test(error.message)));
  if (isExpected) return error;
  throw error;
}

/** In doubt is an end too: only a person can say more. */
function isOver({ state, counts }: RunEnd): boolean {
  const open = counts.pending + counts.running + counts.waiting;
  return state === 'finished' || (open === 0 && counts['in-doubt'] > 0);
}

