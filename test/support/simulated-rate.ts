import type { Clock } from '../../src/core/world.ts';
import { createConcurrency } from '../../src/run/adaptive-concurrency.ts';
import { divideLimit } from '../../src/state/rate-share.ts';
import { createAdaptiveRate } from '../../src/transport/adaptive-rate.ts';
import { createGateControl, type GateControl } from '../../src/transport/gate-control.ts';
import { pauseAfter } from '../../src/transport/retry-after.ts';
import type { RateLimit } from './rate-limits.ts';
import { seededRandom } from './seeded-random.ts';
import { VirtualClock } from './virtual-clock.ts';

/** What a simulated run of the rate control is given. */
export interface RateSimulation {
  /** A new limiter; the rate control knows nothing about it. */
  readonly limit: () => RateLimit;
  /** The shortest and the longest time in flight, ms; both ways take half of it. */
  readonly latencyMs: readonly [number, number];
  readonly seconds: number;
  readonly seed: number;
  /** The Retry-After of the 429s; default: what the limiter says. Null: the header is missing. */
  readonly retryAfter?: (place: number) => string | null;
  /** Share of the accepted requests that end with a 5xx. */
  readonly failing?: number;
  /** When each of several runs that share the limit begins, s; default: one run. */
  readonly starts?: readonly number[];
  /** Requests per second that an earlier run learned. */
  readonly learned?: number;
  /** Maximum number of requests in flight for each run; default: as many as the program allows. */
  readonly mostInFlight?: number;
}

/** When requests were accepted and refused, ms since the start. */
export interface RateResult {
  readonly accepted: readonly number[];
  readonly refused: readonly number[];
  /** Accepted requests of each run, in the order of `starts`. */
  readonly acceptedByRun: readonly number[];
  readonly mostInFlight: number;
}

const RESOLUTION_MS = 0.001;
const CATCH_UP_MS = 50; // as `Pacer`
const RECOUNT_MS = 2000; // as `RateShare`

/**
 * Runs the project's rate control against a limiter, in simulated time: some 500,000 requests per second.
 * There is always work. Only the loop that grants slots is written anew, without promises.
 */
export function simulateRate(simulation: RateSimulation): RateResult {
  const clock = new VirtualClock(0, RESOLUTION_MS);
  const service = new SimulatedService(simulation, clock);
  const starts = simulation.starts ?? [0];
  const runs: SimulatedRun[] = [];
  for (const [place, start] of starts.entries()) {
    clock.after(start * 1000, () => {
      const learned = place === 0 ? simulation.learned : learnedBy(runs);
      const run = new SimulatedRun(service, clock, { ...simulation, learned });
      runs.push(run);
      run.grant();
    });
  }
  if (starts.length > 1) every(RECOUNT_MS, clock, () => divide(runs));
  while (clock.monotonic() < simulation.seconds * 1000 && clock.step());
  const { accepted, refused, mostInFlight } = service;
  return { accepted, refused, mostInFlight, acceptedByRun: runs.map((run) => run.accepted) };
}

/** The equal part of the limit for a run that joins. */
function learnedBy(runs: readonly SimulatedRun[]): number | undefined {
  const total = runs.reduce((sum, { control }) => sum + control.state().rate, 0);
  return runs.length === 0 || total <= 10 * runs.length ? undefined : total / (runs.length + 1);
}

function divide(runs: readonly SimulatedRun[]): void {
  const rates = runs.map(({ control }) => ({
    rate: control.state().rate,
    isBusy: true,
    weight: 2,
  }));
  for (const [place, { control }] of runs.entries()) {
    const own = rates[place] ?? { rate: 0, isBusy: false, weight: 2 };
    const others = rates.filter((_, other) => other !== place);
    control.share(divideLimit(own, { runs: runs.length, others, ended: [] }));
  }
}

function every(ms: number, clock: VirtualClock, act: () => void): void {
  clock.after(ms, () => {
    act();
    every(ms, clock, act);
  });
}

/** One run: its gate, and requests that take all its slots. */
class SimulatedRun {
  readonly control: GateControl;
  accepted = 0;
  #answered = 0;
  readonly #service: SimulatedService;
  readonly #clock: VirtualClock;
  readonly #concurrency: () => number;
  #nextSlotAt: number;
  #inFlight = 0;
  #isTimed = false;

  constructor(
    service: SimulatedService,
    clock: VirtualClock,
    {
      learned,
      mostInFlight = 600,
      seed,
    }: Pick<RateSimulation, 'mostInFlight' | 'seed'> & {
      readonly learned?: number | undefined;
    },
  ) {
    const rate = createAdaptiveRate(learned === undefined ? {} : { learned });
    this.control = createGateControl({ clock: asClock(clock), rate, random: seededRandom(seed) });
    this.#service = service;
    this.#clock = clock;
    this.#concurrency = createConcurrency({
      most: () => mostInFlight,
      needed: () => this.control.state().neededInFlight,
      answered: () => this.#answered,
      clock,
    });
    this.#nextSlotAt = clock.monotonic();
  }

  /** Sends requests as long as slots are free and fewer are in flight than are needed. */
  grant(): void {
    if (this.#isTimed) return;
    while (this.#inFlight < this.#concurrency()) {
      const now = this.#clock.monotonic();
      const slotAt = Math.max(this.#nextSlotAt, now - CATCH_UP_MS, this.control.opensAt());
      if (slotAt > now) {
        this.#isTimed = true;
        this.#clock.after(slotAt - now, () => {
          this.#isTimed = false;
          this.grant();
        });
        return;
      }
      this.#nextSlotAt = slotAt + this.control.interval();
      this.#send(now);
    }
  }

  #send(sentAt: number): void {
    this.#inFlight += 1;
    this.control.report({ kind: 'sent', sentAt });
    this.#service.request((answer) => {
      this.#inFlight -= 1;
      this.#answered += 1;
      if (answer === 'accepted') this.accepted += 1;
      if (answer === 'accepted' || answer === 'failed')
        this.control.report({ kind: answer, sentAt });
      else this.control.report({ kind: 'throttled', sentAt, retryAfterMs: answer });
      this.grant();
    });
  }
}

/** The service with its limiter. An answer is `accepted`, `failed`, or the pause after a 429, ms. */
class SimulatedService {
  readonly accepted: number[] = [];
  readonly refused: number[] = [];
  mostInFlight = 0;
  readonly #simulation: RateSimulation;
  readonly #clock: VirtualClock;
  readonly #limit: RateLimit;
  readonly #random: () => number;
  #inFlight = 0;

  constructor(simulation: RateSimulation, clock: VirtualClock) {
    this.#simulation = simulation;
    this.#clock = clock;
    this.#limit = simulation.limit();
    this.#random = seededRandom(simulation.seed);
  }

  request(answered: (answer: 'accepted' | 'failed' | number) => void): void {
    const [shortest, longest] = this.#simulation.latencyMs;
    const wayMs = (shortest + (longest - shortest) * this.#random()) / 2;
    this.#inFlight += 1;
    this.mostInFlight = Math.max(this.mostInFlight, this.#inFlight);
    this.#clock.after(wayMs, () => {
      const answer = this.#answer();
      this.#clock.after(wayMs, () => {
        this.#inFlight -= 1;
        answered(answer);
      });
    });
  }

  #answer(): 'accepted' | 'failed' | number {
    const now = this.#clock.monotonic();
    const { retryAfter, failing = 0 } = this.#simulation;
    const seconds = this.#limit.take(now);
    if (seconds === 0) {
      this.accepted.push(now);
      return this.#random() < failing ? 'failed' : 'accepted';
    }
    this.refused.push(now);
    const header = retryAfter === undefined ? String(seconds) : retryAfter(this.refused.length);
    const headers = header === null ? {} : { 'retry-after': header };
    return pauseAfter('throttled', headers, now) ?? 0;
  }
}

/** The clock of the simulation, as far as the gate control reads it. */
function asClock(clock: VirtualClock): Clock {
  const unused = () => Promise.reject(new Error('unused'));
  return {
    now: () => clock.now(),
    monotonic: () => clock.monotonic(),
    sleep: unused,
    tick: unused,
  };
}
