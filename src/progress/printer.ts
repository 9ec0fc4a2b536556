import type { ProgressFigures } from './progress-figures.ts';

/** Shows progress; never asks for it. */
export interface ProgressPrinter {
  /** How often it wants to be shown new figures, ms. */
  readonly everyMs: number;
  show(figures: ProgressFigures): void;
  /** Takes away what should not stay once the run has ended. */
  finish(): void;
}
