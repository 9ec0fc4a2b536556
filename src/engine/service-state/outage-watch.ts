import { WaitReporter } from '../../core/wait.ts';
import type { Random } from '../../core/world.ts';
import type { RunListener } from '../run-events.ts';
import { type BreakerEvent, CircuitBreaker } from './circuit-breaker.ts';

/**
 * A run stops if the service has answered nothing for this time, ms. The run can be resumed later
 * (docs/decisions/0007).
 */
const PATIENCE_MS = 5 * 60_000;

/** A run stops if the service has refused all files for this time because other calls are using them, ms. */
const BUSY_PATIENCE_MS = 60 * 60_000;
/** This many failed polls, one after another, count as an outage. */
const POLLS_OF_AN_OUTAGE = 3;

/** Dependencies of the watch. */
export interface OutageDependencies {
  readonly steps: readonly { readonly id: string; readonly operation: { readonly kind: string } }[];
  /** Time of the monotonic clock, ms. */
  readonly monotonic: () => number;
  /** This machine's clock, ms since 1970. */
  readonly now: () => number;
  readonly random: Random;
  readonly listener: RunListener;
}

/**
 * Distinguishes an outage of the service from failures of single items. Each step has its own circuit
 * breaker. The time limits after which the run stops are common to all steps.
 */
export class OutageWatch {
  readonly #deps: OutageDependencies;
  readonly #breakers: readonly CircuitBreaker[];
  #failingSince: number | null = null;
  #failedPolls = 0;
  #busySince: number | null = null;

  constructor(deps: OutageDependencies) {
    this.#deps = deps;
    this.#breakers = deps.steps.map(({ id, operation }) => {
      const onEvent = createBreakerListener({ step: id, operation: operation.kind }, deps);
      return new CircuitBreaker({ ...deps, onEvent });
    });
  }

  /** The circuit breaker of a step. */
  of(step: number): CircuitBreaker {
    const breaker = this.#breakers[step];
    if (breaker === undefined) throw new Error(`There is no step ${step}`);
    return breaker;
  }

  /** Records an answer to a request of a step. */
  answered(step: number): void {
    this.#failingSince = null;
    this.#busySince = null;
    this.of(step).answered();
  }

  /** Records an answer to a poll. */
  pollAnswered(): void {
    this.#failingSince = null;
    this.#failedPolls = 0;
  }

  /** Records that a poll got no answer. The circuit breaker stays closed, so new jobs may still start. */
  pollFailed(): void {
    this.#failingSince ??= this.#deps.monotonic();
    this.#failedPolls += 1;
  }

  /** Records that the service refused a file because another call is using it. */
  refusedAsBusy(): void {
    this.#busySince ??= this.#deps.monotonic();
  }

  /** True if the service has refused every request for an hour because other calls are using the files. */
  get isBusyForTooLong(): boolean {
    return this.#busySince !== null && this.#deps.monotonic() - this.#busySince >= BUSY_PATIENCE_MS;
  }

  /** Records a temporary failure of a request; see `CircuitBreaker.failed`. */
  failed(step: number, chunk: number, askedMs = 0): void {
    this.#failingSince ??= this.#deps.monotonic();
    this.of(step).failed(chunk, askedMs);
  }

  /**
   * True if a step's endpoint or the polls keep failing, and the service has answered no other request for
   * five minutes.
   */
  get isHopeless(): boolean {
    if (this.#failingSince === null) return false;
    const isDown = this.#breakers.some(({ isOpen }) => isOpen);
    if (!isDown && this.#failedPolls < POLLS_OF_AN_OUTAGE) return false;
    return this.#deps.monotonic() - this.#failingSince >= PATIENCE_MS;
  }
}

/** Forwards the events of a breaker, and reports its pauses as waits of the run. */
function createBreakerListener(
  named: { readonly step: string; readonly operation: string },
  { listener, now }: OutageDependencies,
): (event: BreakerEvent) => void {
  const pause = new WaitReporter(`outage ${named.step}`, { now }, listener);
  const reason = `step ${named.step} paused because ${named.operation} keeps failing`;
  return (event) => {
    if (event.kind === 'breaker-open') pause.begin(event.nextLookMs, { kind: 'outage', reason });
    else pause.end();
    if (event.kind !== 'breaker-probing') listener({ ...event, ...named });
  };
}
