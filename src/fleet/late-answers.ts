import type { LateAnswer } from '../engine/send/settle-late.ts';

/** Settles the items of an answer that came after its call was given up. */
export type SettleLate = (late: LateAnswer) => Promise<void>;

/** Keeps late answers until the run takes them. It takes none before its work and between two parts of it. */
export class LateAnswers {
  #settle: SettleLate | null = null;
  readonly #waiting = new Set<(settle: SettleLate) => void>();

  /** Begins to hand answers to the run. Returns a function that ends this. */
  begin(settle: SettleLate): () => void {
    this.#settle = settle;
    for (const start of this.#waiting) start(settle);
    this.#waiting.clear();
    return () => {
      this.#settle = null;
    };
  }

  /** Resolves when the run takes late answers. */
  async ready(): Promise<SettleLate> {
    return this.#settle ?? new Promise((resolve) => this.#waiting.add(resolve));
  }
}
