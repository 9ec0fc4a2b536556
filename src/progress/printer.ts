import type { ProgressFigures } from './progress-figures.ts';

/** Displays the progress of a run. `showProgress` calls `show` in each interval. */
export interface ProgressPrinter {
  /** Time between two calls of `show`, ms. */
  readonly everyMs: number;
  show(figures: ProgressFigures): void;
  /** Erases the lines that `show` has drawn on the screen. */
  finish(): void;
}
