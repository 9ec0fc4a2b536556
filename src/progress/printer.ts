import type { ProgressFigures } from './progress-figures.ts';

/** Shows progress; never requests it. */
export interface ProgressPrinter {
  /** Interval between updates, ms. */
  readonly everyMs: number;
  show(figures: ProgressFigures): void;
  /** Removes the live lines after the run has ended. */
  finish(): void;
}
