import type { Random } from '../core/world.ts';
import { type BreakerEvent, CircuitBreaker } from './circuit-breaker.ts';
import type { RunListener } from './run-events.ts';

/** A run that got nothing done for so long stops, to be resumed, ms (`reliability.md` I.6). */
const PATIENCE_MS = 5 * 60_000;

/** What the watch is made of. */
export interface OutagePorts {
  readonly steps: readonly { readonly id: string; readonly operation: { readonly kind: string } }[];
  /** Monotonic ms. */
  readonly monotonic: () => number;
  readonly random: Random;
  readonly listener: RunListener;
}

/** Tells a service that is down from items that fail: a breaker for each step, one patience for all. */
export class OutageWatch {
  readonly #ports: OutagePorts;
  readonly #breakers: readonly CircuitBreaker[];
  #failingSince: number | null = null;

  constructor(ports: OutagePorts) {
    this.#ports = ports;
    this.#breakers = ports.steps.map(({ id, operation }) => {
      const named = { step: id, operation: operation.kind };
      const onEvent = (event: BreakerEvent) => ports.listener({ ...event, ...named });
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
    this.of(step).answered();
  }

  /** A request failed in a way that may pass; `chunk` is its first item's `seq`. */
  failed(step: number, chunk: number): void {
    this.#failingSince ??= this.#ports.monotonic();
    this.of(step).failed(chunk);
  }

  /** True once a step's endpoint only fails and nothing else got done either for five minutes. */
  get isHopeless(): boolean {
    if (this.#failingSince === null || !this.#breakers.some(({ isOpen }) => isOpen)) return false;
    return this.#ports.monotonic() - this.#failingSince >= PATIENCE_MS;
  }
}
