import type { ProgressFigures } from './progress-figures.ts';

/** Displays the progress of a run. Another object calls `show` in each interval. */
export interface ProgressPrinter {
  /** Time between two calls of `show`, ms. */
  readonly everyMs: number;
  show(figures: ProgressFigures): void;
  /** Removes the lines on the screen that `show` draws again and again. */
  finish(): void;
}
