import { WaitReporter } from '../../core/wait.ts';
import type { Random } from '../../core/world.ts';
import type { RunListener } from '../run-events.ts';
import { type BreakerEvent, CircuitBreaker } from './circuit-breaker.ts';

/** A run that finished nothing for this long stops and can be resumed, ms (decision 0007). */
const PATIENCE_MS = 5 * 60_000;

/** A service that has for so long only refused because others are at work is not waited for, ms. */
const BUSY_PATIENCE_MS = 60 * 60_000;
/** Questions about remote jobs that must have failed in a row. */
const POLLS_OF_AN_OUTAGE = 3;

/** What the watch is made of. */
export interface OutagePorts {
  readonly steps: readonly { readonly id: string; readonly operation: { readonly kind: string } }[];
  /** Monotonic ms. */
  readonly monotonic: () => number;
  /** This machine's clock, ms since 1970. */
  readonly now: () => number;
  readonly random: Random;
  readonly listener: RunListener;
}

/** Tells a service that is down from items that fail: a breaker for each step, one patience for all. */
export class OutageWatch {
  readonly #ports: OutagePorts;
  readonly #breakers: readonly CircuitBreaker[];
  #failingSince: number | null = null;
  #failedPolls = 0;
  #busySince: number | null = null;

  constructor(ports: OutagePorts) {
    this.#ports = ports;
    this.#breakers = ports.steps.map(({ id, operation }) => {
      const onEvent = createBreakerListener({ step: id, operation: operation.kind }, ports);
      return new CircuitBreaker({ ...ports, onEvent });
    });
  }

  /** The breaker of a step. */
  of(step: number): CircuitBreaker {
    const breaker = this.#breakers[step];
    if (breaker === undefined) throw new Error(`There is no step ${step}`);
    return breaker;
  }

  /** A request of any step was answered. */
  answered(step: number): void {
    this.#failingSince = null;
    this.#busySince = null;
    this.of(step).answered();
  }

  /** A question about a remote job was answered. */
  pollAnswered(): void {
    this.#failingSince = null;
    this.#failedPolls = 0;
  }

  /** A question about a remote job got no answer: that holds back no starts. */
  pollFailed(): void {
    this.#failingSince ??= this.#ports.monotonic();
    this.#failedPolls += 1;
  }

  /** A request was refused because another call is at work on its file. */
  refusedAsBusy(): void {
    this.#busySince ??= this.#ports.monotonic();
  }

  /** True once nothing has been begun for an hour, because of others. */
  get isBusyForTooLong(): boolean {
    return (
      this.#busySince !== null && this.#ports.monotonic() - this.#busySince >= BUSY_PATIENCE_MS
    );
  }

  /** A request failed in a way that may pass; `chunk` is its first item's `seq`. */
  failed(step: number, chunk: number): void {
    this.#failingSince ??= this.#ports.monotonic();
    this.of(step).failed(chunk);
  }

  /** True once a step's endpoint only fails and nothing else got done either for five minutes. */
  get isHopeless(): boolean {
    if (this.#failingSince === null) return false;
    const isDown = this.#breakers.some(({ isOpen }) => isOpen);
    if (!isDown && this.#failedPolls < POLLS_OF_AN_OUTAGE) return false;
    return this.#ports.monotonic() - this.#failingSince >= PATIENCE_MS;
  }
}

/** Passes a breaker's events on, and its pauses as waits of the run. */
function createBreakerListener(
  named: { readonly step: string; readonly operation: string },
  { listener, now }: OutagePorts,
): (event: BreakerEvent) => void {
  const pause = new WaitReporter(`outage ${named.step}`, { now }, listener);
  const reason = `step ${named.step} paused because ${named.operation} keeps failing`;
  return (event) => {
    if (event.kind === 'breaker-open') pause.begin(event.nextLookMs, { kind: 'outage', reason });
    else pause.end();
    if (event.kind !== 'breaker-probing') listener({ ...event, ...named });
  };
}
