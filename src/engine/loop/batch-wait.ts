import type { WorkDependencies } from './work-dependencies.ts';

type Dependencies = Pick<WorkDependencies, 'isWalking' | 'ledger' | 'serverNow' | 'steps'>;

/** How long a batch step after the first step waits for more items, ms. */
const GATHER_MS = 2000;

/**
 * Lets batch steps after the first step wait for more items, because the earlier step finishes its items one
 * by one. The wait ends when a request is full, when 2 s have passed, or when no more items can come.
 */
export class BatchWait {
  readonly #deps: Dependencies;
  readonly #since = new Map<number, number>();

  constructor(deps: Dependencies) {
    this.#deps = deps;
  }

  /** True while the step should wait for more items. */
  waits(step: number): boolean {
    const operation = this.#deps.steps[step]?.operation;
    if (step === 0 || operation?.shape !== 'batch' || operation.fixed !== undefined) return false;
    const pending = this.#deps.ledger.items.countsByStep().get(step)?.pending ?? 0;
    const mayFill = pending > 0 && pending < operation.chunkSize && this.#isMoreToCome(step);
    if (!mayFill) {
      this.#since.delete(step);
      return false;
    }
    const now = this.#deps.serverNow();
    const since = this.#since.get(step) ?? now;
    this.#since.set(step, since);
    if (now - since < GATHER_MS) return true;
    this.#since.delete(step);
    return false;
  }

  /** The time until which the step waits for more items, server time, ms; null if it does not wait. */
  waitsUntil(step: number): number | null {
    const since = this.#since.get(step);
    return since === undefined ? null : since + GATHER_MS;
  }

  #isMoreToCome(step: number): boolean {
    if (this.#deps.isWalking()) return true;
    const counts = this.#deps.ledger.items.countsByStep();
    return [...counts].some(
      ([place, { pending, running, waiting }]) => place < step && pending + running + waiting > 0,
    );
  }
}
