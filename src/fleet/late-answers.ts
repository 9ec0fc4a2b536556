import type { LateAnswer } from '../engine/send/settle-late.ts';

/** Settles the items of an answer that came after its call was given up. */
export type SettleLate = (late: LateAnswer) => Promise<void>;

/** Holds late answers until the run can settle them. It can't before its work begins, and between two parts of its work. */
export class LateAnswers {
  #settle: SettleLate | null = null;
  readonly #waiting = new Set<(settle: SettleLate) => void>();

  /** Makes `settle` available to late answers. Returns a function that makes it unavailable. */
  begin(settle: SettleLate): () => void {
    this.#settle = settle;
    for (const start of this.#waiting) start(settle);
    this.#waiting.clear();
    return () => {
      this.#settle = null;
    };
  }

  /** Resolves as soon as the run can settle late answers. */
  async ready(): Promise<SettleLate> {
    return this.#settle ?? new Promise((resolve) => this.#waiting.add(resolve));
  }
}
